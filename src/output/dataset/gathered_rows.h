// Rows of one table and one partition that wait until they are enough for a file.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "output/dataset/row_spool.h"
#include "output/dataset/sorted_rows.h"

namespace docmill {

/// Documents come in any order, each whole. One thread.
class GatheredRows {
 public:
  explicit GatheredRows(std::shared_ptr<arrow::Schema> schema) : schema_(std::move(schema)) {}

  /// All rows of one document.
  void add(std::string_view uri, const std::vector<std::shared_ptr<arrow::RecordBatch>>& rows);
  /// All rows of one document, which lie in the spool already.
  void add_spilled(const RowSpool::Run& run, std::int64_t plain_size_bytes);

  /// What they take in memory, about.
  std::int64_t memory_bytes() const { return pending_bytes_ + sorted_bytes_; }
  /// What all of them take uncompressed, on disk too.
  std::int64_t plain_size_bytes() const { return plain_size_bytes_; }
  std::int64_t documents() const { return documents_; }

  /// Move what is in memory to the spool. Errors: those of RowSpool.
  Result<void> spill(RowSpool& spool);
  /// All of them, sorted. Nothing is gathered afterwards. The spool outlives what it gives.
  std::unique_ptr<SortedRows> take(RowSpool& spool);

  /// Documents that wait before they are made one batch, for a batch by itself takes more than a short row does.
  static constexpr std::size_t pending_documents_max = 512;
  /// What a batch of one document takes beside its rows: a few objects for each column.
  static constexpr std::int64_t batch_overhead_bytes = 8'192;
  /// Runs in the spool before they are made one: each takes a batch of memory when they are merged.
  static constexpr std::size_t runs_max = 32;

 private:
  using Batch = std::shared_ptr<arrow::RecordBatch>;
  void sort_pending();
  SortedSources sorted();

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::pair<std::string, std::vector<Batch>>> pending_;  // by document
  std::vector<std::vector<Batch>> sorted_;                           // streams, each sorted
  std::vector<RowSpool::Run> runs_;
  std::int64_t pending_bytes_ = 0, pending_plain_bytes_ = 0, sorted_bytes_ = 0, plain_size_bytes_ = 0, documents_ = 0;
};

}  // namespace docmill
