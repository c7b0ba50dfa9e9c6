#include "base/unnamed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace docmill {

std::unexpected<Error> unnamed_file_failed(int cause, std::string_view step) {
  const std::string_view full = cause == ENOSPC || cause == EDQUOT ? "disk full: " : "";
  return fail(ErrorKind::unavailable, "temporary file",
              fmt::format("cannot {}: {}{}", step, full, std::generic_category().message(cause)));
}

// O_TMPFILE needs no name; where the file system has none of it, the name is gone at once.
Result<FileDescriptor> unnamed_file() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) return unnamed_file_failed(error.value(), "find the folder of temporary files (TMPDIR)");
  FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::string name = (folder / "docmill-XXXXXX").string();
  file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) return unnamed_file_failed(errno, "create one in " + folder.string());
  ::unlink(name.c_str());
  return file;
}

}  // namespace docmill
