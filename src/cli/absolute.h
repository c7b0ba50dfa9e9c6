// Paths as people write them, made absolute.
#pragma once

#include <filesystem>

#include "store/place.h"

namespace docmill {

/// Whether it is an object's URI.
bool names_object(const std::filesystem::path& path);

/// An empty path stays empty, and an object's URI ("s3://bucket/key") as it is.
void make_absolute(std::filesystem::path& path, const std::filesystem::path& working_dir);

/// Where it is a folder; an empty place and one of S3 stay as they are.
void make_absolute(Place& place, const std::filesystem::path& working_dir);

}  // namespace docmill
