#include "base/blob.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace docmill {
namespace {

// On the stack of each of hundreds of threads, and touched whole there by the probes of the build's hardening. Not
// zeroed, as that would have it too: for most documents zeroing takes longer than reading.
constexpr std::size_t piece_size_bytes = std::size_t{32} * 1024;

std::unexpected<Error> failed(std::string_view step) {
  return fail(ErrorKind::unavailable, "memory file",
              fmt::format("{}: {}", step, std::generic_category().message(errno)));
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Blob::Blob(Blob&& other) noexcept
    : small_(std::exchange(other.small_, {})),
      fd_(std::move(other.fd_)),
      size_bytes_(std::exchange(other.size_bytes_, 0)) {}

Blob& Blob::operator=(Blob&& other) noexcept {
  std::swap(small_, other.small_);
  std::swap(fd_, other.fd_);
  std::swap(size_bytes_, other.size_bytes_);
  return *this;
}

std::size_t Blob::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (!fd_)
    return small_.copy(reinterpret_cast<char*>(into.data()), into.size(), std::min<std::uint64_t>(offset, size_bytes_));
  std::size_t filled = 0;
  while (filled < into.size() && offset + filled < size_bytes_) {
    const ssize_t got =
        ::pread(fd_.get(), into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::system_error(errno, std::generic_category(), "memory file");
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

void Blob::visit_pieces(const std::function<void(std::span<const std::byte>)>& visit) const {
  if (!fd_) return visit(std::as_bytes(std::span(small_)));
  __attribute__((uninitialized)) std::array<std::byte, piece_size_bytes> piece;
  std::uint64_t offset = 0;
  while (const std::size_t size = read(offset, piece)) {
    visit(std::span(piece).first(size));
    offset += size;
  }
}

std::string Blob::text() const {
  if (!fd_) return small_;
  std::string text(size_bytes_, '\0');
  read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

Result<BlobBuilder> BlobBuilder::in_file() {
  BlobBuilder builder;
  if (auto moved = builder.move_to_file(); !moved) return std::unexpected(std::move(moved).error());
  return builder;
}

Result<void> BlobBuilder::move_to_file() {
  fd_ = FileDescriptor(::memfd_create("docmill-document", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd_) return failed("memfd_create");
  const std::string bytes = std::exchange(small_, {});
  size_bytes_ = 0;
  return append(std::as_bytes(std::span(bytes)));
}

/// For so many bytes together.
Result<void> BlobBuilder::make_room(std::uint64_t size_bytes) {
  return fd_ || size_bytes <= small_blob_size_bytes_max ? Result<void>() : move_to_file();
}

Result<void> BlobBuilder::append(std::span<const std::byte> bytes) {
  if (auto made = make_room(size_bytes_ + bytes.size()); !made) return made;
  if (!fd_) {
    small_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    size_bytes_ = small_.size();
    return {};
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    size_bytes_ += static_cast<std::size_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> BlobBuilder::append_file(int fd, std::uint64_t size_bytes_max) {
  __attribute__((uninitialized)) std::array<std::byte, piece_size_bytes> buffer;
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::unavailable, "file", "read: " + std::generic_category().message(errno));
    if (got == 0) return {};
    total += static_cast<std::uint64_t>(got);
    if (total > size_bytes_max)
      return fail(ErrorKind::limit_bytes, "file", fmt::format("more than the limit of {} bytes", size_bytes_max));
    if (auto appended = append(std::span(buffer).first(static_cast<std::size_t>(got))); !appended) return appended;
  }
}

Result<void> BlobBuilder::resize(std::uint64_t size_bytes) {
  if (auto made = make_room(size_bytes); !made) return made;
  if (!fd_)
    small_.resize(size_bytes);
  else if (::ftruncate(fd_.get(), static_cast<off_t>(size_bytes)) != 0)
    return failed("ftruncate");
  size_bytes_ = size_bytes;
  return {};
}

Result<void> BlobBuilder::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (!fd_) {
    std::ranges::copy(bytes, std::as_writable_bytes(std::span(small_)).subspan(offset, bytes.size()).begin());
    return {};
  }
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write");
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Blob> BlobBuilder::seal() && {
  Blob blob;
  blob.size_bytes_ = size_bytes_;
  blob.small_ = std::move(small_);
  if (!fd_) return blob;
  constexpr unsigned seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (::fcntl(fd_.get(), F_ADD_SEALS, seals) != 0) return failed("F_ADD_SEALS");
  blob.fd_ = std::move(fd_);
  return blob;
}

Result<Blob> make_blob(std::span<const std::byte> bytes) {
  BlobBuilder builder;
  if (auto appended = builder.append(bytes); !appended) return std::unexpected(std::move(appended).error());
  return std::move(builder).seal();
}

Result<Blob> make_memory_file(std::span<const std::byte> bytes) {
  auto builder = BlobBuilder::in_file();
  if (!builder) return std::unexpected(std::move(builder).error());
  if (auto appended = builder->append(bytes); !appended) return std::unexpected(std::move(appended).error());
  return std::move(*builder).seal();
}

}  // namespace docmill
