// A folder that does not exist, seen as an empty store: for who only looks.
#pragma once

#include <filesystem>
#include <memory>

#include "store/object_store.h"

namespace docmill {

/// Holds nothing, and takes nothing: writing is not_found. `root` is absolute.
std::unique_ptr<ObjectStore> make_absent_folder_store(const std::filesystem::path& root);

}  // namespace docmill
