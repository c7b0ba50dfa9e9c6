// Bytes of one document; large ones in a sealed memfd, shared with extraction children without a copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace docmill {

/// Owns a file descriptor; closes it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset();

 private:
  int fd_ = -1;
};

/// What a memory file costs (made, sealed, sent, mapped, closed) is as much as all other work on so few bytes.
inline constexpr std::size_t small_blob_size_bytes_max = std::size_t{64} * 1024;

/// Immutable bytes: a few in this process's own memory, more in a memory file. That is sealed against writing, growing
/// and shrinking before anybody else sees it, so a child's mapping of it never changes and never faults. The parent
/// makes none: it would cost all its threads more than reading does. Move-only; any thread may read.
class Blob {
 public:
  Blob() = default;
  Blob(Blob&& other) noexcept;
  Blob& operator=(Blob&& other) noexcept;
  ~Blob() = default;

  /// The memory file; nothing where there is none.
  std::optional<int> file() const { return fd_ ? std::optional(fd_.get()) : std::nullopt; }
  std::size_t size_bytes() const { return size_bytes_; }
  /// Fill `into` with what stands from `offset` on, and say how much that is: less only at the end. Throws
  /// std::system_error where the kernel cannot read its own memory.
  std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
  /// All of it: what is small at once, else 32 KiB at a time.
  void visit_pieces(const std::function<void(std::span<const std::byte>)>& visit) const;
  /// A copy of all.
  std::string text() const;

 private:
  friend class BlobBuilder;
  std::string small_;
  FileDescriptor fd_;
  std::size_t size_bytes_ = 0;
};

/// Writes a Blob piece by piece.
///
/// Errors: unavailable (the kernel gives no memory file, or no memory for it).
class BlobBuilder {
 public:
  /// In memory as long as it is small.
  BlobBuilder() = default;
  /// In a memory file however small it is.
  static Result<BlobBuilder> in_file();
  Result<void> append(std::span<const std::byte> bytes);
  /// Read all of `fd` from its current offset, at most `size_bytes_max` bytes; limit_bytes when there are more.
  Result<void> append_file(int fd, std::uint64_t size_bytes_max);
  /// Make it `size_bytes` long, zeros where nothing was written: for parts that arrive in any order.
  Result<void> resize(std::uint64_t size_bytes);
  /// Within resize()'s size. Several threads may write different parts.
  Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  Result<Blob> seal() &&;

 private:
  Result<void> move_to_file();
  Result<void> make_room(std::uint64_t size_bytes);

  std::string small_;  // until there is a file
  FileDescriptor fd_;
  std::size_t size_bytes_ = 0;
};

/// A Blob with a copy of `bytes`.
Result<Blob> make_blob(std::span<const std::byte> bytes);
/// The same, in a memory file.
Result<Blob> make_memory_file(std::span<const std::byte> bytes);

}  // namespace docmill
