#include "output/pages_writer.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/single_value.h"
#include "document/schemas.h"
#include "output/parquet_file.h"

namespace docmill {
namespace {

constexpr std::array document_columns = {"document_id", "source_uri", "source_etag", "source_size_bytes", "page_count"};

/// In the order of document_columns.
arrow::ArrayVector document_row(const DocumentColumns& document) {
  return {single_value(document.document_id), single_value(document.source_uri), single_value(document.source_etag),
          single_value(document.source_size_bytes), single_value(document.page_count)};
}

/// Where each column of `pages` comes from: its place in the row of the document, or in that of the page.
struct Origin {
  bool of_document;
  int place;
};

std::vector<Origin> find_origins() {
  std::vector<Origin> origins;
  for (const auto& field : pages_schema()->fields()) {
    const auto* const of_document = std::ranges::find(document_columns, field->name());
    if (of_document == document_columns.end())
      origins.push_back({.of_document = false, .place = page_content_schema()->GetFieldIndex(field->name())});
    else
      origins.push_back({.of_document = true, .place = static_cast<int>(of_document - document_columns.begin())});
  }
  return origins;
}

class ParquetPagesWriter final : public PagesWriter {
 public:
  ParquetPagesWriter(std::unique_ptr<ParquetFile> file, const DocumentColumns& document)
      : file_(std::move(file)), document_(document_row(document)) {}

  Result<void> add(const std::shared_ptr<arrow::RecordBatch>& page) override {
    static const std::vector<Origin> origins = find_origins();
    if (page->num_rows() != 1 || !page->schema()->Equals(*page_content_schema()))
      return fail(ErrorKind::invalid_input, "page", "expected one row of the page schema");
    arrow::ArrayVector arrays;
    arrays.reserve(origins.size());
    for (const Origin& origin : origins)
      arrays.push_back(origin.of_document ? document_[static_cast<std::size_t>(origin.place)]
                                          : page->column(origin.place));
    return file_->write(*arrow::RecordBatch::Make(pages_schema(), 1, std::move(arrays)));
  }

  Result<void> finish(const OutputStamp& stamp) override { return file_->finish(metadata_of(stamp)); }

  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return file_->commit(condition);
  }
  bool can_commit() const override { return file_->can_commit(); }

 private:
  std::unique_ptr<ParquetFile> file_;
  arrow::ArrayVector document_;
};

}  // namespace

Result<std::unique_ptr<PagesWriter>> PagesWriter::create(std::unique_ptr<ObjectWriter> object,
                                                         const DocumentColumns& document, std::uint32_t batch_size) {
  static const ParquetTable table =
      ParquetTable::create(pages_schema(), {.free_text = {"text", "error_message"}}).value();
  auto file = ParquetFile::create(std::move(object), table, batch_size);
  if (!file) return std::unexpected(std::move(file).error());
  return std::make_unique<ParquetPagesWriter>(std::move(*file), document);
}

}  // namespace docmill
