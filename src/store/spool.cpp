#include "store/spool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "aws/checksum.h"
#include "base/failpoint.h"
#include "base/unnamed_file.h"
#include "document/limits.h"

namespace docmill {
namespace {

constexpr std::size_t read_size_bytes = 256 * KiB;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

Result<void> Spool::write(std::span<const std::byte> bytes) {
  if (!file_ && memory_.size() + bytes.size() <= memory_size_bytes_max_) {
    memory_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    size_bytes_ += bytes.size();
    return {};
  }
  if (!file_) {
    auto file = unnamed_file();
    if (!file) return std::unexpected(std::move(file).error());
    file_ = std::move(*file);
    size_bytes_ = 0;
    if (auto written = write_out(bytes_of(memory_)); !written) return written;
    memory_ = {};
  }
  return write_out(bytes);
}

Result<void> Spool::write_out(std::span<const std::byte> bytes) {
  if (DOCMILL_FAILPOINT("spool_write")) return unnamed_file_failed(ENOSPC, "write");
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unnamed_file_failed(errno, "write");
    size_bytes_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

net::RequestBody Spool::part(std::uint64_t offset, std::uint64_t length) const {
  if (file_) return net::FileRange{.fd = file_.get(), .offset = offset, .length = length};
  return std::string_view(memory_).substr(offset, length);
}

Result<std::uint32_t> Spool::crc32(std::uint64_t offset, std::uint64_t length) const {
  if (!file_) return aws::crc32(bytes_of(std::string_view(memory_).substr(offset, length)));
  std::vector<std::byte> buffer(std::min<std::uint64_t>(length, read_size_bytes));
  std::uint32_t crc = 0;
  for (const std::uint64_t end = offset + length; offset < end;) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end - offset);
    const ssize_t got = ::pread(file_.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return unnamed_file_failed(got < 0 ? errno : EIO, "read");
    crc = aws::crc32(std::span(buffer).first(static_cast<std::size_t>(got)), crc);
    offset += static_cast<std::uint64_t>(got);
  }
  return crc;
}

}  // namespace docmill
