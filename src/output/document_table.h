// Extraction -> one table of one document, as a Parquet file.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "document/tables.h"
#include "output/table_writer.h"
#include "store/object_store.h"

namespace docmill {

/// What the parent knows of a document: the columns of ColumnOrigin::parent.
struct DocumentColumns {
  std::string document_id;
  std::string source_uri;
  std::string source_etag;
  std::uint64_t source_size_bytes = 0;
  std::uint32_t page_count = 0;
};

/// Rows of one table of one document on their way into a Parquet file. Equal rows give equal bytes. In memory is one
/// row group: `batch_size` pages, or 65,536 rows of a table with many a page. One thread.
class DocumentTable {
 public:
  static Result<DocumentTable> create(std::unique_ptr<ObjectWriter> object, const Table& table,
                                      const DocumentColumns& document, std::uint32_t batch_size);

  /// As TableWriter::finish(). A table without rows, which otherwise tell it, says of which document it is
  /// (`docmill.source_uri`).
  Result<TableSummary> finish(const TableWriter::Metadata& metadata);

  /// The next rows: a batch of the table's child_schema. Errors: invalid_input (another schema), those of the store.
  Result<void> add(const arrow::RecordBatch& rows);
  /// Rows with the columns of the parent too.
  Result<void> add_whole(const arrow::RecordBatch& rows);
  TableWriter& file() { return file_; }
  const TableWriter& file() const { return file_; }

 private:
  DocumentTable(TableWriter file, const Table& table, const DocumentColumns& document);

  TableWriter file_;
  const Table* table_;
  std::string source_uri_;
  bool has_rows_ = false;
  arrow::ArrayVector parent_values_;  // of one row; by column of the table, null where a column is the child's
};

}  // namespace docmill
