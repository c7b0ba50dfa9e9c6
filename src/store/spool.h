// Bytes that wait to be sent: a few in memory, many in a file that nobody else sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/blob.h"
#include "net/http.h"

namespace docmill {

/// Up to `memory_size_bytes_max` stay in memory; beyond that everything lies in a temporary file without a name, which
/// goes with this object, also when the process is killed.
class Spool {
 public:
  explicit Spool(std::size_t memory_size_bytes_max) : memory_size_bytes_max_(memory_size_bytes_max) {}

  /// Errors: unavailable (no temporary file, "disk full").
  Result<void> write(std::span<const std::byte> bytes);
  std::uint64_t size_bytes() const { return size_bytes_; }
  /// Within the size. Stays as it is until the next write().
  net::RequestBody part(std::uint64_t offset, std::uint64_t length) const;
  /// CRC-32 of the same bytes. Errors: unavailable (the file cannot be read).
  Result<std::uint32_t> crc32(std::uint64_t offset, std::uint64_t length) const;

 private:
  Result<void> write_out(std::span<const std::byte> bytes);

  std::size_t memory_size_bytes_max_;
  std::string memory_;
  FileDescriptor file_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace docmill
