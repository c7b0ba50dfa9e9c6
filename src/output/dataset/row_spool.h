// Rows that wait on disk, because there are more of them than memory is meant for.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "base/blob.h"
#include "base/error.h"
#include "output/dataset/sorted_rows.h"

namespace docmill {

/// A temporary file without a name, which holds runs of batches. What was read of it is given back to the disk. One
/// thread.
///
/// Errors of all members: unavailable (no temporary file, "disk full").
class RowSpool {
 public:
  struct Run {
    std::uint64_t offset = 0, size_bytes = 0;
  };

  /// Batches of one schema as they come. One at a time for a spool, which outlives it.
  class Writer {
   public:
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;
    ~Writer();
    Result<void> write(const arrow::RecordBatch& rows);
    Result<Run> finish();

   private:
    friend class RowSpool;
    struct State;
    explicit Writer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  Result<Writer> begin(const std::shared_ptr<arrow::Schema>& schema);
  /// All rows of a stream.
  Result<Run> write(const std::shared_ptr<arrow::Schema>& schema, SortedRows& rows);
  /// Its batches as they were written. When the reader goes, so do they. The spool outlives it.
  std::unique_ptr<SortedRows> read(const Run& run);

  std::uint64_t written_bytes() const { return end_; }

 private:
  class Tail;
  class Reader;
  Result<void> open();

  FileDescriptor file_;
  std::uint64_t end_ = 0;
};

}  // namespace docmill
