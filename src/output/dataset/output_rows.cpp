#include "output/dataset/output_rows.h"

#include <arrow/api.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <exception>
#include <new>
#include <utility>

#include "output/footer_stamp.h"
#include "output/table_writer.h"

namespace docmill {
namespace {

/// Rows that are decoded at a time.
constexpr std::int64_t rows_decoded_max = 8'192;
/// docmill ends a row group before it is that large, but for a row that is larger by itself.
constexpr std::int64_t row_group_plain_size_bytes_max = 8 * row_group_size_bytes_max;

parquet::ArrowReaderProperties arrow_properties() {
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_batch_size(rows_decoded_max);
  properties.set_pre_buffer(false);
  return properties;
}

bool is_one_value(const arrow::StringArray& values, std::string_view value) {
  for (std::int64_t i = 0; i < values.length(); ++i)
    if (values.GetView(i) != value) return false;
  return true;
}

}  // namespace

OutputRows::OutputRows(std::shared_ptr<ArrowFile> file, const Table& table, std::string name)
    : file_(std::move(file)), table_(&table), name_(std::move(name)) {}
OutputRows::OutputRows(OutputRows&&) noexcept = default;
OutputRows& OutputRows::operator=(OutputRows&&) noexcept = default;
OutputRows::~OutputRows() = default;

std::unexpected<Error> OutputRows::broken(std::string message) const {
  if (file_->error()) return std::unexpected(*file_->error());
  return fail(ErrorKind::corrupt, name_, std::move(message));
}

std::unexpected<Error> OutputRows::foreign(std::string message) const {
  return fail(ErrorKind::unsupported, name_, std::move(message));
}

Result<OutputRows> OutputRows::open(std::shared_ptr<ArrowFile> file, const Table& table, std::string name) {
  OutputRows rows(std::move(file), table, std::move(name));
  try {
    if (auto begun = rows.begin(); !begun) return std::unexpected(std::move(begun).error());
    return rows;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {  // parquet throws at damage
    return rows.broken(error.what());
  }
}

Result<void> OutputRows::begin() {
  auto opened = parquet::ParquetFileReader::Open(file_, parquet::ReaderProperties(arrow::default_memory_pool()));
  auto made = parquet::arrow::FileReader::Make(arrow::default_memory_pool(), std::move(opened), arrow_properties());
  if (!made.ok()) return broken(made.status().ToString());
  reader_ = *std::move(made);
  if (auto checked = check_footer(); !checked) return checked;
  std::shared_ptr<arrow::Schema> schema;
  if (const auto got = reader_->GetSchema(&schema); !got.ok()) return broken(got.ToString());
  auto columns = columns_of(*schema, *table_, name_);
  if (!columns) return std::unexpected(std::move(columns).error());
  columns_ = *std::move(columns);
  auto batches = reader_->GetRecordBatchReader();
  if (!batches.ok()) return broken(batches.status().ToString());
  batches_ = *std::move(batches);
  return {};
}

Result<void> OutputRows::check_footer() {
  const auto metadata = reader_->parquet_reader()->metadata();
  const auto values = metadata->key_value_metadata();
  auto stamp = values ? stamp_in(*values) : std::nullopt;
  if (!stamp) return foreign("this is no output of docmill's: its footer has no stamp");
  stamp_ = *std::move(stamp);
  row_count_ = metadata->num_rows();
  if (row_count_ == 0)
    if (const int own = values->FindKey(source_uri_key); own >= 0) source_uri_ = values->value(own);
  for (int i = 0; i < metadata->num_row_groups(); ++i) {
    const std::int64_t size_bytes = metadata->RowGroup(i)->total_byte_size();
    if (size_bytes < 0 || size_bytes > row_group_plain_size_bytes_max)
      return foreign(fmt::format("row group {} has {} bytes; docmill writes none of more than {}", i + 1, size_bytes,
                                 row_group_plain_size_bytes_max));
    plain_size_bytes_ += static_cast<std::uint64_t>(size_bytes);
  }
  return {};
}

Result<std::shared_ptr<arrow::RecordBatch>> OutputRows::next() {
  try {
    for (;;) {
      auto batch = batches_->Next();
      if (!batch.ok()) return broken(batch.status().ToString());
      if (!*batch) return nullptr;
      if ((*batch)->num_rows() == 0) continue;
      auto rows = in_schema(**batch, columns_, *table_, name_);
      if (!rows) return rows;
      if (auto checked = check_document(**rows); !checked) return std::unexpected(std::move(checked).error());
      return rows;
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return broken(error.what());
  }
}

Result<void> OutputRows::check_document(const arrow::RecordBatch& rows) {
  // A text that is no UTF-8 would keep readers from all of the dataset.
  if (const auto valid = rows.ValidateFull(); !valid.ok()) return broken(valid.ToString());
  const auto uris = std::static_pointer_cast<arrow::StringArray>(rows.GetColumnByName("source_uri"));
  if (!source_uri_) source_uri_ = uris->GetString(0);
  if (!is_one_value(*uris, *source_uri_)) return foreign("it has rows of several documents");
  return {};
}

Result<std::vector<int>> columns_of(const arrow::Schema& file, const Table& table, std::string_view name) {
  std::vector<int> columns;
  int known = 0;
  for (const auto& field : table.schema->fields()) {
    const int column = file.GetFieldIndex(field->name());
    if (column < 0 && !field->nullable())
      return fail(ErrorKind::unsupported, name, fmt::format("column `{}` is missing", field->name()));
    if (column >= 0 && !file.field(column)->type()->Equals(*field->type()))
      return fail(ErrorKind::unsupported, name,
                  fmt::format("column `{}` is {}, not {}", field->name(), file.field(column)->type()->ToString(),
                              field->type()->ToString()));
    known += column >= 0 ? 1 : 0;
    columns.push_back(column);
  }
  if (known == file.num_fields()) return columns;
  for (const auto& field : file.fields())
    if (table.schema->GetFieldIndex(field->name()) < 0)
      return fail(ErrorKind::unsupported, name, fmt::format("column `{}` is not known to this version", field->name()));
  return fail(ErrorKind::unsupported, name, "it has a column twice");
}

Result<std::shared_ptr<arrow::RecordBatch>> in_schema(const arrow::RecordBatch& rows, const std::vector<int>& columns,
                                                      const Table& table, std::string_view name) {
  arrow::ArrayVector arrays;
  arrays.reserve(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& field = table.schema->field(static_cast<int>(i));
    if (columns[i] < 0) {
      auto nulls = arrow::MakeArrayOfNull(field->type(), rows.num_rows());
      if (!nulls.ok()) throw std::bad_alloc();
      arrays.push_back(*std::move(nulls));
      continue;
    }
    const auto& array = rows.column(columns[i]);
    if (!field->nullable() && array->null_count() > 0)
      return fail(ErrorKind::unsupported, name, fmt::format("column `{}` has nulls", field->name()));
    // Types that are equal may name their items otherwise; those of the table count.
    auto data = array->data()->Copy();
    data->type = field->type();
    arrays.push_back(arrow::MakeArray(data));
  }
  return arrow::RecordBatch::Make(table.schema, rows.num_rows(), std::move(arrays));
}

}  // namespace docmill
