#include "output/dataset/dataset_manifest.h"

#include <arrow/api.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <array>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/array_building.h"
#include "output/dataset/arrow_file.h"
#include "output/table_writer.h"

namespace docmill {
namespace {

using Json = nlohmann::json;

constexpr const char* format_key = "docmill.collect_format";
constexpr const char* format_value = "1";
constexpr const char* outputs_key = "docmill.collect_in";
constexpr const char* partition_key = "docmill.collect_partition";
constexpr const char* files_key = "docmill.collect_files";
constexpr const char* id_key = "docmill.collect_id";
constexpr std::array fates{OutputFate::joined, OutputFate::stale, OutputFate::unreadable};

arrow::FieldVector fields_without_file() {
  // Keys are any bytes; what is for people is `source_uri`.
  return {arrow::field("key", arrow::binary(), false),      arrow::field("etag", arrow::utf8(), false),
          arrow::field("table", arrow::utf8(), false),      arrow::field("fate", arrow::utf8(), false),
          arrow::field("reason", arrow::utf8(), true),      arrow::field("source_uri", arrow::utf8(), true),
          arrow::field("source_etag", arrow::utf8(), true), arrow::field("status", arrow::utf8(), true),
          arrow::field("mark_etag", arrow::utf8(), true),   arrow::field("mark_source_etag", arrow::utf8(), true),
          arrow::field("rows", arrow::int64(), false)};
}

std::shared_ptr<arrow::Schema> schema_with(std::shared_ptr<arrow::Field> field) {
  auto fields = fields_without_file();
  fields.push_back(std::move(field));
  return arrow::schema(std::move(fields));
}

void append(arrow::ArrayBuilder& builder, std::string_view value) {
  check_built(static_cast<arrow::BinaryBuilder&>(builder).Append(value));  // of text, too
}
void append(arrow::ArrayBuilder& builder, const std::optional<std::string>& value) {
  if (value)
    append(builder, std::string_view(*value));
  else
    check_built(builder.AppendNull());
}

Json json_of(const std::vector<DatasetFile>& files) {
  auto list = Json::array();
  for (const DatasetFile& file : files)
    list.push_back({{"file", file.key},
                    {"rows", file.rows},
                    {"size_bytes", file.size_bytes},
                    {"plain_size_bytes", file.plain_size_bytes},
                    {"first_uri", file.first_uri},
                    {"last_uri", file.last_uri}});
  return list;
}

/// Throws where it is no such list.
std::vector<DatasetFile> files_in(const std::string& text) {
  std::vector<DatasetFile> files;
  for (const Json& file : Json::parse(text))
    files.push_back({.key = file.at("file"),
                     .rows = file.at("rows"),
                     .size_bytes = file.at("size_bytes"),
                     .plain_size_bytes = file.at("plain_size_bytes"),
                     .first_uri = file.at("first_uri"),
                     .last_uri = file.at("last_uri")});
  return files;
}

}  // namespace

std::string_view name_of(OutputFate fate) {
  switch (fate) {
    case OutputFate::joined:
      return "joined";
    case OutputFate::stale:
      return "stale";
    case OutputFate::unreadable:
      return "unreadable";
  }
  return "";
}

std::shared_ptr<arrow::Schema> DatasetRows::schema() { return schema_with(arrow::field("file", arrow::utf8(), true)); }

std::shared_ptr<arrow::Schema> DatasetRows::schema_with_places() {
  return schema_with(arrow::field("place", arrow::int32(), false));
}

struct DatasetRows::State {
  std::unique_ptr<arrow::RecordBatchBuilder> builder;
  std::int64_t count = 0;
};

DatasetRows::DatasetRows() : state_(std::make_unique<State>()) {
  auto builder = arrow::RecordBatchBuilder::Make(schema_with_places(), arrow::default_memory_pool());
  check_built(builder.status());
  state_->builder = *std::move(builder);
}
DatasetRows::DatasetRows(DatasetRows&&) noexcept = default;
DatasetRows::~DatasetRows() = default;

std::int64_t DatasetRows::count() const { return state_->count; }

void DatasetRows::add(const DatasetRow& row, std::int32_t place) {
  arrow::RecordBatchBuilder& builder = *state_->builder;
  int column = 0;
  const auto text = [&](const auto& value) { append(*builder.GetField(column++), value); };
  text(std::string_view(row.key));
  text(std::string_view(row.etag));
  text(std::string_view(row.table));
  text(name_of(row.fate));
  text(row.reason.empty() ? std::nullopt : std::optional(row.reason));
  text(row.source_uri);
  text(row.source_etag);
  text(row.status);
  text(row.mark_etag);
  text(row.mark_source_etag);
  check_built(static_cast<arrow::Int64Builder&>(*builder.GetField(column++)).Append(row.rows));
  check_built(static_cast<arrow::Int32Builder&>(*builder.GetField(column)).Append(place));
  ++state_->count;
}

std::shared_ptr<arrow::RecordBatch> DatasetRows::take() {
  auto batch = state_->builder->Flush();
  check_built(batch.status());
  state_->count = 0;
  return *std::move(batch);
}

struct DatasetManifest::State {
  std::string etag, name;
  DatasetHead head;
  std::shared_ptr<ArrowFile> file;
  std::unique_ptr<parquet::arrow::FileReader> reader;
  std::unique_ptr<arrow::RecordBatchReader> batches;
  std::shared_ptr<arrow::RecordBatch> batch;
  std::int64_t next_row = 0;

  std::unexpected<Error> broken(std::string message) const {
    if (file && file->error()) return std::unexpected(*file->error());
    return fail(ErrorKind::corrupt, name,
                fmt::format("{}; without this file the next run makes the dataset anew", message));
  }

  Result<void> read_head() {
    const auto values = reader->parquet_reader()->metadata()->key_value_metadata();
    const auto value_of = [&](const char* key) { return values ? values->Get(key).ValueOr("") : std::string(); };
    if (value_of(format_key) != format_value) return broken("this is no manifest of a dataset that this version knows");
    head = {.outputs_uri = value_of(outputs_key),
            .partition = value_of(partition_key),
            .files = files_in(value_of(files_key))};
    std::shared_ptr<arrow::Schema> found;
    if (const auto got = reader->GetSchema(&found); !got.ok()) return broken(got.ToString());
    if (!found->Equals(*DatasetRows::schema(), /*check_metadata=*/false)) return broken("its columns are others");
    return {};
  }

  std::string_view text(int column) const {
    return static_cast<const arrow::BinaryArray&>(*batch->column(column)).GetView(next_row);
  }
  std::optional<std::string> optional_text(int column) const {
    return batch->column(column)->IsNull(next_row) ? std::nullopt : std::optional(std::string(text(column)));
  }

  Result<DatasetRow> row() const {
    DatasetRow row{.key = std::string(text(0)),
                   .etag = std::string(text(1)),
                   .table = std::string(text(2)),
                   .reason = optional_text(4).value_or(""),
                   .source_uri = optional_text(5),
                   .source_etag = optional_text(6),
                   .status = optional_text(7),
                   .mark_etag = optional_text(8),
                   .mark_source_etag = optional_text(9),
                   .rows = static_cast<const arrow::Int64Array&>(*batch->column(10)).Value(next_row),
                   .file = optional_text(11)};
    for (const OutputFate fate : fates) {
      if (name_of(fate) != text(3)) continue;
      row.fate = fate;
      return row;
    }
    return broken("an output has a fate that is not known");
  }
};

DatasetManifest::DatasetManifest(std::unique_ptr<State> state) : state_(std::move(state)) {}
DatasetManifest::DatasetManifest(DatasetManifest&&) noexcept = default;
DatasetManifest& DatasetManifest::operator=(DatasetManifest&&) noexcept = default;
DatasetManifest::~DatasetManifest() = default;

const std::string& DatasetManifest::etag() const { return state_->etag; }
const DatasetHead& DatasetManifest::head() const { return state_->head; }

Result<std::optional<DatasetManifest>> DatasetManifest::open(ObjectStore& dataset) {
  const auto info = dataset.head(dataset_manifest_key);
  if (!info) return std::unexpected(info.error());
  if (!*info) return std::nullopt;
  auto state = std::make_unique<State>();
  state->etag = (*info)->etag;
  state->name = dataset.uri(dataset_manifest_key);
  auto file = fetched(dataset, **info);
  if (!file) return std::unexpected(std::move(file).error());
  state->file = *std::move(file);
  try {
    auto made =
        parquet::arrow::FileReader::Make(arrow::default_memory_pool(), parquet::ParquetFileReader::Open(state->file));
    if (!made.ok()) return state->broken(made.status().ToString());
    state->reader = *std::move(made);
    state->reader->set_use_threads(false);
    if (auto read = state->read_head(); !read) return std::unexpected(std::move(read).error());
    auto batches = state->reader->GetRecordBatchReader();
    if (!batches.ok()) return state->broken(batches.status().ToString());
    state->batches = *std::move(batches);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {  // parquet throws at damage, JSON where the list is none
    return state->broken(error.what());
  }
  return DatasetManifest(std::move(state));
}

Result<std::optional<DatasetRow>> DatasetManifest::next() {
  State& state = *state_;
  try {
    while (!state.batch || state.next_row == state.batch->num_rows()) {
      auto batch = state.batches->Next();
      if (!batch.ok()) return state.broken(batch.status().ToString());
      if (!*batch) return std::nullopt;
      state.batch = *std::move(batch);
      state.next_row = 0;
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return state.broken(error.what());
  }
  auto row = state.row();
  if (!row) return std::unexpected(std::move(row).error());
  ++state.next_row;
  return *std::move(row);
}

struct DatasetManifestWriter::State {
  TableWriter writer;
};

DatasetManifestWriter::DatasetManifestWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
DatasetManifestWriter::DatasetManifestWriter(DatasetManifestWriter&&) noexcept = default;
DatasetManifestWriter::~DatasetManifestWriter() = default;

Result<DatasetManifestWriter> DatasetManifestWriter::create(ObjectStore& dataset) {
  auto object = dataset.create(dataset_manifest_key);
  if (!object) return std::unexpected(std::move(object).error());
  static const TableFormat format =
      TableFormat::create(
          {.schema = DatasetRows::schema(), .varied = {"key", "etag"}, .compress_all = true, .large = true})
          .value();
  auto writer = TableWriter::create(*std::move(object), format, dataset_manifest_rows_per_group);
  if (!writer) return std::unexpected(std::move(writer).error());
  return DatasetManifestWriter(std::make_unique<State>(*std::move(writer)));
}

Result<void> DatasetManifestWriter::write(const arrow::RecordBatch& rows) { return state_->writer.write(rows); }

Result<std::optional<std::string>> DatasetManifestWriter::commit(const DatasetHead& head, const std::string& id,
                                                                 const WriteCondition& condition) {
  // In the file alone: metadata of an object is of two kilobytes.
  const auto finished = state_->writer.finish(
      {}, {{format_key, format_value},
           {outputs_key, head.outputs_uri},
           {partition_key, head.partition},
           {id_key, id},
           {files_key, json_of(head.files).dump(-1, ' ', false, Json::error_handler_t::replace)}});
  if (!finished) return std::unexpected(finished.error());
  return state_->writer.commit(condition);
}

}  // namespace docmill
