#include "output/dataset/arrow_file.h"

#include <arrow/buffer.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/failpoint.h"
#include "base/unnamed_file.h"
#include "document/limits.h"

namespace docmill {
namespace {

/// Of an object that is copied: few requests, and little memory.
constexpr std::uint64_t fetched_size_bytes_max = 8 * MiB;

Result<std::size_t> read_fully(int fd, std::uint64_t offset, std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::pread(fd, into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unnamed_file_failed(errno, "read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<void> write_fully(int fd, std::string_view bytes) {
  if (DOCMILL_FAILPOINT("spool_write")) return unnamed_file_failed(ENOSPC, "write");
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unnamed_file_failed(errno, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

arrow::Status ArrowFile::Seek(std::int64_t position) {
  if (position < 0) return arrow::Status::Invalid("a place before the start");
  position_ = static_cast<std::uint64_t>(position);
  return arrow::Status::OK();
}

arrow::Result<std::int64_t> ArrowFile::Read(std::int64_t count, void* out) {
  ARROW_ASSIGN_OR_RAISE(const std::int64_t got, ReadAt(static_cast<std::int64_t>(position_), count, out));
  position_ += static_cast<std::uint64_t>(got);
  return got;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ArrowFile::Read(std::int64_t count) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(static_cast<std::int64_t>(position_), count));
  position_ += static_cast<std::uint64_t>(buffer->size());
  return buffer;
}

arrow::Result<std::int64_t> ArrowFile::ReadAt(std::int64_t position, std::int64_t count, void* out) {
  if (position < 0 || count < 0) return arrow::Status::Invalid("a place outside of the file");
  const auto offset = static_cast<std::uint64_t>(position);
  if (offset >= size_bytes_) return 0;
  const std::uint64_t length = std::min(static_cast<std::uint64_t>(count), size_bytes_ - offset);
  auto got = read_bytes_(offset, {static_cast<std::byte*>(out), static_cast<std::size_t>(length)});
  if (got) return static_cast<std::int64_t>(*got);
  error_ = std::move(got).error();
  return arrow::Status::IOError(error_->message);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ArrowFile::ReadAt(std::int64_t position, std::int64_t count) {
  // A footer may claim any length.
  const std::uint64_t offset = position < 0 ? size_bytes_ : static_cast<std::uint64_t>(position);
  const std::uint64_t there = offset >= size_bytes_ ? 0 : size_bytes_ - offset;
  const auto room = static_cast<std::int64_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)), there));
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(room));
  ARROW_ASSIGN_OR_RAISE(const std::int64_t got, ReadAt(position, room, buffer->mutable_data()));
  ARROW_RETURN_NOT_OK(buffer->Resize(got));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

std::shared_ptr<ArrowFile> arrow_file_of(std::shared_ptr<const Blob> blob) {
  const std::uint64_t size_bytes = blob->size_bytes();
  return std::make_shared<ArrowFile>(
      [blob = std::move(blob)](std::uint64_t offset, std::span<std::byte> into) -> Result<std::size_t> {
        return blob->read(offset, into);
      },
      size_bytes);
}

std::shared_ptr<ArrowFile> arrow_file_of(int fd, std::uint64_t offset, std::uint64_t size_bytes) {
  return std::make_shared<ArrowFile>(
      [fd, offset](std::uint64_t place, std::span<std::byte> into) { return read_fully(fd, offset + place, into); },
      size_bytes);
}

std::shared_ptr<ArrowFile> arrow_file_of(ObjectStore& store, const ObjectInfo& object) {
  return std::make_shared<ArrowFile>(
      [&store, key = object.key](std::uint64_t offset, std::span<std::byte> into) -> Result<std::size_t> {
        const auto bytes = store.read_range(key, offset, into.size());
        if (!bytes) return std::unexpected(bytes.error());
        std::memcpy(into.data(), bytes->data(), std::min(bytes->size(), into.size()));
        return std::min(bytes->size(), into.size());
      },
      object.size_bytes);
}

Result<std::shared_ptr<ArrowFile>> fetched(ObjectStore& store, const ObjectInfo& object) {
  auto file = unnamed_file();
  if (!file) return std::unexpected(std::move(file).error());
  std::uint64_t size_bytes = 0;
  while (size_bytes < object.size_bytes) {
    const auto bytes = store.read_range(object.key, size_bytes, fetched_size_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    if (auto written = write_fully(file->get(), *bytes); !written) return std::unexpected(std::move(written).error());
    size_bytes += bytes->size();
  }
  auto kept = std::make_shared<FileDescriptor>(*std::move(file));
  return std::make_shared<ArrowFile>(
      [kept](std::uint64_t place, std::span<std::byte> into) { return read_fully(kept->get(), place, into); },
      size_bytes);
}

}  // namespace docmill
