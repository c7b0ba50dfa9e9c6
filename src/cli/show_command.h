// `docmill show`: an output Parquet for a person.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "document/error.h"

namespace docmill {

struct ShowRequest {
  std::filesystem::path path;                     // a local file of the user's own
  std::optional<std::uint32_t> page_number = {};  // only this page
};

/// Print a document's pages or a run's documents, piece by piece. Control characters in foreign text are escaped.
/// `print` answers false when nobody reads any more; then nothing follows, and that is no error.
///
/// Errors: invalid_input (no such file, no Parquet file, none of docmill's tables, no such page).
Result<void> show(const ShowRequest& request, const std::function<bool(std::string_view)>& print);

}  // namespace docmill
