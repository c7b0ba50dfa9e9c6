#include "cli/small_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/blob.h"

namespace docmill {
namespace {

std::unexpected<Error> complain(const std::filesystem::path& path, int error_number) {
  return fail(ErrorKind::invalid_input, path.string(), std::generic_category().message(error_number));
}

Result<std::string> read_all(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return complain(path, errno);
  std::string text;
  std::array<char, 16384> piece{};
  for (;;) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return complain(path, errno);
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > small_file_size_bytes_max)
      return fail(ErrorKind::invalid_input, path.string(),
                  fmt::format("expected at most {} bytes", small_file_size_bytes_max));
  }
}

}  // namespace

Result<std::string> text_of_small_file(std::string_view name, std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return fail(ErrorKind::invalid_input, name, "expected UTF-8, found UTF-16; save the file as UTF-8");
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return std::string(text);
}

Result<std::string> read_small_file(const std::filesystem::path& path) {
  const auto text = read_all(path);
  return text ? text_of_small_file(path.string(), *text) : text;
}

}  // namespace docmill
