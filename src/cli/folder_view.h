// What lies in a place of outputs, document by document: `docmill show FOLDER`.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/error.h"
#include "store/open_store.h"

namespace docmill {

/// Each is a read of its own, and a look at its source where that is in reach.
inline constexpr std::size_t outputs_shown_max = 2000;

struct FolderViewSettings {
  bool json = false;                            // an object a line
  std::size_t outputs_max = outputs_shown_max;  // of more it is told that they are there
};

/// Print a line for each output of each document, in the order of their keys: rows, files, bytes, what its stamp says
/// (status, version, settings) and whether its source is still the one that it was made of; then documents that failed
/// whole. Sources are opened by `stores`; one that cannot be asked is `unknown`. `print` answers false when nobody
/// reads any more.
///
/// Errors: those of the place. not_found where nothing of docmill's lies there.
Result<void> show_folder(ObjectStore& place, Stores& stores, const FolderViewSettings& settings,
                         const std::function<bool(std::string_view)>& print);

}  // namespace docmill
