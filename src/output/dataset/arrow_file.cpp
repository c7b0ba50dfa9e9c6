#include "output/dataset/arrow_file.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace docmill {
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

}  // namespace docmill
