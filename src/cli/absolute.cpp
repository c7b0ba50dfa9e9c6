#include "cli/absolute.h"

namespace docmill {

bool names_object(const std::filesystem::path& path) { return path.native().starts_with("s3://"); }

void make_absolute(std::filesystem::path& path, const std::filesystem::path& working_dir) {
  if (!path.empty() && !names_object(path)) path = (working_dir / path).lexically_normal();
}

void make_absolute(Place& place, const std::filesystem::path& working_dir) {
  if (!place.is_folder()) return;
  std::filesystem::path path = place.path();
  make_absolute(path, working_dir);
  place = place_of(path);
}

}  // namespace docmill
