#include "store/folder.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdint>
#include <system_error>

#include "base/percent_encoded.h"
#include "store/temporaries.h"

namespace docmill {
namespace {

std::string_view reason_against(std::string_view component) {
  if (component.empty()) return "a part of the key is empty";
  if (component == "." || component == "..") return R"("." and ".." are no names)";
  if (component.size() > NAME_MAX) return "a file name is longer than 255 bytes";
  if (is_temporary_name(component)) return "such names are for files that are being written";
  return {};
}

std::string_view reason_against_key(std::string_view key) {
  if (key.contains('\0')) return "a file name holds no NUL";
  for (;;) {
    const std::size_t slash = key.find('/');
    if (const auto reason = reason_against(key.substr(0, slash)); !reason.empty()) return reason;
    if (slash == std::string_view::npos) return {};
    key.remove_prefix(slash + 1);
  }
}

ErrorKind kind_of(Errno error) {
  switch (error.value) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    case ENOENT:
      return ErrorKind::not_found;
    case EXDEV:         // leads out of the root
    case ELOOP:         // goes in a circle
    case ENAMETOOLONG:  // longer than this file system's names
    case EILSEQ:        // not encodable in this file system
    case ENOTDIR:       // "a/b" where "a" is a file
    case EISDIR:        // a file where a folder is
    case ENXIO:         // a socket
      return ErrorKind::invalid_input;
    case ETIMEDOUT:
      return ErrorKind::timed_out;
    default:
      return ErrorKind::unavailable;
  }
}

std::string reason_of(Errno error) {
  std::string reason = std::generic_category().message(error.value);
  if (error.value == ENOSPC || error.value == EDQUOT) return "disk full: " + reason;
  if (error.value == EXDEV) return "it leads out of the folder";
  return reason;
}

}  // namespace

std::string Folder::uri(std::string_view key) const { return uri_prefix + percent_encoded(key); }

Result<void> check_key(const Folder& folder, std::string_view key) {
  const std::string_view reason = reason_against_key(key);
  if (reason.empty()) return {};
  return fail(ErrorKind::invalid_input, folder.uri(key), std::string(reason));
}

std::expected<FileDescriptor, Errno> open_to_read(const Folder& folder, const std::string& path, int flags) {
  return (folder.follow_links ? open_anywhere : open_beneath)(folder.fd.get(), path, flags);
}

std::expected<struct stat, Errno> stat_to_read(const Folder& folder, const std::string& path) {
  const auto fd = open_to_read(folder, path, O_PATH);
  if (!fd) return std::unexpected(fd.error());
  struct stat status{};
  if (::fstat(fd->get(), &status) != 0) return std::unexpected(Errno{errno});
  return status;
}

std::pair<std::string, std::string> folder_and_name(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash == std::string_view::npos) return {".", std::string(key)};
  return {std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
}

std::string etag_of(const struct stat& status) {
  const auto modified = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return fmt::format("{}-{}", status.st_size, modified.count());
}

ObjectInfo info_of(std::string_view key, const struct stat& status) {
  const auto modified = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return {.key = std::string(key),
          .size_bytes = static_cast<std::uint64_t>(status.st_size),
          .etag = etag_of(status),
          .modified_at = WallTime(std::chrono::floor<std::chrono::microseconds>(modified))};
}

bool is_absence(Errno error) { return error.value == ENOENT || error.value == ENOTDIR; }

bool is_left_out(Errno error) { return is_absence(error) || error.value == EXDEV || error.value == ELOOP; }

std::expected<std::optional<ObjectInfo>, Errno> listed_object(int root, const std::string& key) {
  if (!reason_against_key(key).empty()) return std::nullopt;
  const auto fd = open_beneath(root, key, O_PATH | O_NOFOLLOW);
  if (!fd && is_left_out(fd.error())) return std::nullopt;
  if (!fd) return std::unexpected(fd.error());
  struct stat status{};
  if (::fstat(fd->get(), &status) != 0) return std::unexpected(Errno{errno});
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return info_of(key, status);
}

Error error_of(Errno error, std::string_view subject, std::string_view step) {
  return {kind_of(error), std::string(subject), fmt::format("cannot {}: {}", step, reason_of(error))};
}

}  // namespace docmill
