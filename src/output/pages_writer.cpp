#include "output/pages_writer.h"

#include <arrow/api.h>

#include <utility>
#include <vector>

#include "document/schemas.h"
#include "output/parquet_file.h"

namespace docmill {
namespace {

// Every value is one of the few that the caller owns anyway, so this fails only without memory.
template <typename Builder, typename Value>
arrow::Result<std::shared_ptr<arrow::Array>> one(const Value& value) {
  Builder builder;
  ARROW_RETURN_NOT_OK(builder.Append(value));
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> document_row(const DocumentColumns& document) {
  ARROW_ASSIGN_OR_RAISE(auto id, one<arrow::StringBuilder>(document.document_id));
  ARROW_ASSIGN_OR_RAISE(auto uri, one<arrow::StringBuilder>(document.source_uri));
  ARROW_ASSIGN_OR_RAISE(auto etag, one<arrow::StringBuilder>(document.source_etag));
  ARROW_ASSIGN_OR_RAISE(auto size, one<arrow::UInt64Builder>(document.source_size_bytes));
  ARROW_ASSIGN_OR_RAISE(auto pages, one<arrow::UInt32Builder>(document.page_count));
  const std::vector<std::pair<const char*, std::shared_ptr<arrow::Array>>> columns{{"document_id", id},
                                                                                   {"source_uri", uri},
                                                                                   {"source_etag", etag},
                                                                                   {"source_size_bytes", size},
                                                                                   {"page_count", pages}};
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, array] : columns) {
    fields.push_back(pages_schema()->GetFieldByName(name));
    arrays.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), 1, std::move(arrays));
}

/// Where each column of `pages` comes from: its place in the row of the document, or in that of the page.
struct Origin {
  bool of_document;
  int place;
};

std::vector<Origin> origins_in(const arrow::Schema& document) {
  std::vector<Origin> origins;
  for (const auto& field : pages_schema()->fields()) {
    const int place = document.GetFieldIndex(field->name());
    origins.push_back(
        {.of_document = place >= 0, .place = place >= 0 ? place : page_content_schema()->GetFieldIndex(field->name())});
  }
  return origins;
}

class ParquetPagesWriter final : public PagesWriter {
 public:
  ParquetPagesWriter(std::unique_ptr<ParquetFile> file, std::shared_ptr<arrow::RecordBatch> document)
      : file_(std::move(file)), document_(std::move(document)), origins_(origins_in(*document_->schema())) {}

  Result<void> add(const std::shared_ptr<arrow::RecordBatch>& page) override {
    if (page->num_rows() != 1 || !page->schema()->Equals(*page_content_schema()))
      return fail(ErrorKind::invalid_input, "page", "expected one row of the page schema");
    arrow::ArrayVector arrays;
    arrays.reserve(origins_.size());
    for (const Origin& origin : origins_)
      arrays.push_back((origin.of_document ? *document_ : *page).column(origin.place));
    return file_->write(*arrow::RecordBatch::Make(pages_schema(), 1, std::move(arrays)));
  }

  Result<void> finish(const OutputStamp& stamp) override { return file_->finish(metadata_of(stamp)); }

  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return file_->commit(condition);
  }

 private:
  std::unique_ptr<ParquetFile> file_;
  std::shared_ptr<arrow::RecordBatch> document_;  // one row
  std::vector<Origin> origins_;
};

}  // namespace

Result<std::unique_ptr<PagesWriter>> PagesWriter::create(std::unique_ptr<ObjectWriter> object,
                                                         const DocumentColumns& document, std::uint32_t batch_size) {
  auto row = document_row(document);
  if (!row.ok()) return fail(ErrorKind::unavailable, document.source_uri, row.status().ToString());
  auto file = ParquetFile::create(std::move(object), pages_schema(),
                                  {.rows_per_group = batch_size, .free_text = {"text", "error_message"}});
  if (!file) return std::unexpected(std::move(file).error());
  return std::make_unique<ParquetPagesWriter>(std::move(*file), *std::move(row));
}

}  // namespace docmill
