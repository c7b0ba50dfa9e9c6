// Rows in the order of their documents' addresses, and several such streams made one.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace docmill {

/// A stream of batches of one table, of which none is empty. `source_uri` never falls, in bytewise order, from row to
/// row and from batch to batch. One thread.
class SortedRows {
 public:
  virtual ~SortedRows() = default;
  /// The next rows; null at the end. Errors: those of where they lie.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> next() = 0;
  /// An address that is not greater than any to come: known where nothing has been read yet.
  virtual std::string_view least_uri() const { return {}; }
};

using SortedSources = std::vector<std::unique_ptr<SortedRows>>;

/// Addresses of the rows of a batch. REQUIRES: the batch outlives it.
class UrisOf {
 public:
  explicit UrisOf(const arrow::RecordBatch& rows);
  std::string_view operator[](std::int64_t row) const;
  std::string_view front() const { return (*this)[0]; }
  std::string_view back() const;
  /// The first row from `first` on whose address is greater than `uri`, or (`or_equal`) not less.
  std::int64_t upper_bound(std::string_view uri, std::int64_t first, bool or_equal = false) const;

 private:
  const arrow::StringArray* uris_;
  std::int64_t rows_;
};

/// Batches that are sorted already.
std::unique_ptr<SortedRows> sorted_batches(std::vector<std::shared_ptr<arrow::RecordBatch>> batches);

/// All rows of all sources in one order. Rows of one address stay together by source, those of an earlier source come
/// first. A source is not read before its least address is due. In memory is a batch of each source that was begun.
std::unique_ptr<SortedRows> merged(SortedSources sources);

/// The rows of a stream up to an address, and then the rest, for somebody else.
class SplitRows {
 public:
  explicit SplitRows(std::unique_ptr<SortedRows> rows) : rows_(std::move(rows)) {}

  /// Those whose address is less than `end`. It reads from this object, which outlives it, and ends before the next is
  /// asked for.
  std::unique_ptr<SortedRows> until(std::string end);
  /// All that are left.
  std::unique_ptr<SortedRows> rest();

 private:
  class Part;
  std::unique_ptr<SortedRows> rows_;
  std::shared_ptr<arrow::RecordBatch> held_;  // begins with the next row
};

}  // namespace docmill
