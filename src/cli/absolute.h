// Paths as people write them, made absolute.
#pragma once

#include <filesystem>

#include "store/place.h"

namespace docmill {

/// An empty path stays empty.
void make_absolute(std::filesystem::path& path, const std::filesystem::path& working_dir);

/// Where it is a folder; an empty place and one of S3 stay as they are.
void make_absolute(Place& place, const std::filesystem::path& working_dir);

}  // namespace docmill
