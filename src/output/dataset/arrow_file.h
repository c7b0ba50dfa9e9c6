// Bytes that lie in a store, in a Blob or in a temporary file, as Arrow's readers want them.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/blob.h"
#include "base/error.h"
#include "store/object_store.h"

namespace docmill {

/// Keeps the error of whoever reads, which an arrow::Status would flatten to a text: what is no error of it is one of
/// the bytes. One thread at a time.
class ArrowFile final : public arrow::io::RandomAccessFile {
 public:
  /// Fills `into` from `offset` on, which is within the size, and says how much there is.
  using ReadBytes = std::function<Result<std::size_t>(std::uint64_t offset, std::span<std::byte> into)>;

  ArrowFile(ReadBytes read_bytes, std::uint64_t size_bytes)
      : read_bytes_(std::move(read_bytes)), size_bytes_(size_bytes) {
    set_mode(arrow::io::FileMode::READ);
  }

  const std::optional<Error>& error() const { return error_; }

  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<std::int64_t> Tell() const override { return static_cast<std::int64_t>(position_); }
  arrow::Status Seek(std::int64_t position) override;
  arrow::Result<std::int64_t> GetSize() override { return static_cast<std::int64_t>(size_bytes_); }
  arrow::Result<std::int64_t> Read(std::int64_t count, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(std::int64_t count) override;
  arrow::Result<std::int64_t> ReadAt(std::int64_t position, std::int64_t count, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(std::int64_t position, std::int64_t count) override;
  using arrow::io::RandomAccessFile::ReadAt;

 private:
  ReadBytes read_bytes_;
  std::uint64_t size_bytes_, position_ = 0;
  std::optional<Error> error_;
};

std::shared_ptr<ArrowFile> arrow_file_of(std::shared_ptr<const Blob> blob);
/// Part of a file. The descriptor outlives it.
std::shared_ptr<ArrowFile> arrow_file_of(int fd, std::uint64_t offset, std::uint64_t size_bytes);
/// A request for each read. The store outlives it.
std::shared_ptr<ArrowFile> arrow_file_of(ObjectStore& store, const ObjectInfo& object);

/// A copy of an object in a temporary file without a name: it is read by few requests, in order, whatever its reader
/// does. For objects that nobody writes anew, or whose version is looked at afterwards.
///
/// Errors: those of the store, unavailable (the temporary file).
Result<std::shared_ptr<ArrowFile>> fetched(ObjectStore& store, const ObjectInfo& object);

}  // namespace docmill
