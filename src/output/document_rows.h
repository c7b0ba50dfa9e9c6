// Rows of the documents table: of the run manifest, and of the history's older part.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/job.h"
#include "output/table_writer.h"

namespace arrow {
class RecordBatchBuilder;
}

namespace docmill {

/// Gathers rows of documents_table(). One thread.
class DocumentRows {
 public:
  /// Errors: unavailable (no memory), also of the other members.
  static Result<DocumentRows> create();
  DocumentRows(DocumentRows&&) noexcept;
  DocumentRows& operator=(DocumentRows&&) noexcept;
  ~DocumentRows();

  Result<void> add(std::string_view run_id, std::string_view docmill_version, const DocumentRecord& record);
  /// What was added since the last take().
  Result<std::shared_ptr<arrow::RecordBatch>> take();

 private:
  explicit DocumentRows(std::unique_ptr<arrow::RecordBatchBuilder> builder);
  std::unique_ptr<arrow::RecordBatchBuilder> builder_;
};

inline constexpr std::size_t document_rows_per_group = 10'000;

/// A row as it is read back.
struct DocumentRow {
  std::string run_id;
  std::string docmill_version;
  DocumentRecord record;
};

/// The rows of a Parquet file of documents. `name` is for errors: corrupt (no such file).
Result<std::vector<DocumentRow>> read_documents(const std::string& file, std::string_view name);

/// A file of such rows.
Result<TableWriter> create_documents_file(std::unique_ptr<ObjectWriter> object);

}  // namespace docmill
