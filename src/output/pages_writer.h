// Extraction -> the `pages` table (`_raw_text.parquet`) of one document.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "output/stamp.h"
#include "store/object_store.h"

namespace docmill {

/// What every row of the table says of its document.
struct DocumentColumns {
  std::string document_id;
  std::string source_uri;
  std::string source_etag;
  std::uint64_t source_size_bytes = 0;
  std::uint32_t page_count = 0;
};

/// Streams pages into one Parquet file: zstd, dictionary for columns that repeat, a row group every `batch_size` pages,
/// so memory is bounded by one row group. Equal rows give equal bytes. One thread.
class PagesWriter {
 public:
  static Result<std::unique_ptr<PagesWriter>> create(std::unique_ptr<ObjectWriter> object,
                                                     const DocumentColumns& document, std::uint32_t batch_size);
  virtual ~PagesWriter() = default;
  /// The next page: a one-row batch of page_content_schema().
  virtual Result<void> add(const std::shared_ptr<arrow::RecordBatch>& page) = 0;
  /// Write the footer. Afterwards commit() may be called any number of times until it succeeds.
  virtual Result<void> finish(const OutputStamp& stamp) = 0;
  virtual Result<std::optional<std::string>> commit(const WriteCondition& condition) = 0;
  /// As ObjectWriter::can_commit().
  virtual bool can_commit() const = 0;
};

}  // namespace docmill
