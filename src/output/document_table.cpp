#include "output/document_table.h"

#include <arrow/api.h>

#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "base/single_value.h"
#include "output/stamp.h"

namespace docmill {
namespace {

constexpr std::int64_t rows_per_group_max = 65'536;

std::shared_ptr<arrow::Array> value_of(std::string_view column, const DocumentColumns& document) {
  if (column == "document_id") return single_value(document.document_id);
  if (column == "source_uri") return single_value(document.source_uri);
  if (column == "source_etag") return single_value(document.source_etag);
  if (column == "source_size_bytes") return single_value(document.source_size_bytes);
  return single_value(document.page_count);
}

std::shared_ptr<arrow::Array> repeated(const std::shared_ptr<arrow::Array>& value, std::int64_t count) {
  if (count == 1) return value;
  const auto scalar = value->GetScalar(0);
  auto array = scalar.ok() ? arrow::MakeArrayFromScalar(**scalar, count)
                           : arrow::Result<std::shared_ptr<arrow::Array>>(scalar.status());
  if (!array.ok()) throw std::bad_alloc();
  return *std::move(array);
}

/// What all files of a table have in common, made once.
const TableFormat& format_of(const Table& table) {
  static std::mutex mutex;
  static std::map<const Table*, TableFormat> made;
  const std::lock_guard lock(mutex);
  const auto found = made.find(&table);
  if (found != made.end()) return found->second;
  auto format =
      TableFormat::create({.schema = table.schema, .varied = varied_columns(table), .large = table.is_large}).value();
  return made.emplace(&table, std::move(format)).first->second;
}

}  // namespace

DocumentTable::DocumentTable(TableWriter file, const Table& table, const DocumentColumns& document)
    : file_(std::move(file)), table_(&table), source_uri_(document.source_uri) {
  for (const Column& column : table.columns)
    parent_values_.push_back(column.origin == ColumnOrigin::parent ? value_of(column.name, document) : nullptr);
}

Result<DocumentTable> DocumentTable::create(std::unique_ptr<ObjectWriter> object, const Table& table,
                                            const DocumentColumns& document, std::uint32_t batch_size) {
  const bool has_row_a_page = &table == &table_of(TableId::pages);
  auto file = TableWriter::create(std::move(object), format_of(table),
                                  has_row_a_page ? std::int64_t{batch_size} : rows_per_group_max);
  if (!file) return std::unexpected(std::move(file).error());
  return DocumentTable(*std::move(file), table, document);
}

Result<TableSummary> DocumentTable::finish(const TableWriter::Metadata& metadata) {
  return file_.finish(metadata, has_rows_ ? TableWriter::Metadata{}
                                          : TableWriter::Metadata{{std::string(source_uri_key), source_uri_}});
}

Result<void> DocumentTable::add(const arrow::RecordBatch& rows) {
  if (!rows.schema()->Equals(*table_->child_schema))
    return fail(ErrorKind::invalid_input, std::string(table_->name), "rows of another schema");
  arrow::ArrayVector arrays;
  arrays.reserve(parent_values_.size());
  int of_child = 0;
  for (const auto& value : parent_values_)
    arrays.push_back(value ? repeated(value, rows.num_rows()) : rows.column(of_child++));
  return add_whole(*arrow::RecordBatch::Make(table_->schema, rows.num_rows(), std::move(arrays)));
}

Result<void> DocumentTable::add_whole(const arrow::RecordBatch& rows) {
  has_rows_ = has_rows_ || rows.num_rows() > 0;
  return file_.write(rows);
}

}  // namespace docmill
