#include "cli/own_temporary_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace docmill {
namespace {

std::unexpected<Error> failed(int cause, const std::filesystem::path& path) {
  return fail(ErrorKind::unavailable, path.string(),
              fmt::format("cannot create this folder: {}", std::generic_category().message(cause)));
}

// Anybody may write to a folder of temporary files: what stands there is taken only if it is this user's own.
Result<void> make_own(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed(errno, path);
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return failed(errno, path);
  if (S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & 077U) == 0) return {};
  return fail(ErrorKind::denied, path.string(), "it is not a folder of this user alone; remove it, or set TMPDIR");
}

}  // namespace

Result<std::filesystem::path> own_temporary_folder(std::string_view name) {
  std::error_code error;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
  if (error) return failed(error.value(), "TMPDIR");
  std::filesystem::path path = temporary / fmt::format("docmill-{}", ::geteuid());
  if (auto made = make_own(path); !made) return std::unexpected(std::move(made).error());
  path /= name;
  if (auto made = make_own(path); !made) return std::unexpected(std::move(made).error());
  return path;
}

}  // namespace docmill
