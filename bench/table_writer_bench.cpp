// What a document's Parquet files cost: docmill's own encoder beside libparquet, time and bytes, in memory.
//   table_writer_bench [ROUNDS]      tables for docs/parquet.md on stdout; 15 rounds where none are given
//   table_writer_bench --profile WAY KIND ROWS FILES      one way alone, for perf and callgrind
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/column_writer.h>
#include <parquet/file_writer.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "document/tables.h"
#include "output/parquet/encoder.h"
#include "output/table_writer.h"

namespace {

using namespace docmill;  // NOLINT(google-build-using-namespace): a program of one file

const TableWriter::Metadata metadata{{"docmill.version", "0.1.0"},
                                     {"docmill.recipe_hash", "0123456789abcdef"},
                                     {"docmill.source_etag", "104857-1732600000000000000"},
                                     {"docmill.source_sha256", std::string(64, 'a')},
                                     {"docmill.status", "ok"}};
constexpr std::int64_t rows_per_group = 50'000;
constexpr std::int64_t pages_per_group = 50;  // the default of --batch-size

[[noreturn]] void end(const std::string& reason) {
  fmt::print(stderr, "table_writer_bench: {}\n", reason);
  std::_Exit(1);
}
void must(const arrow::Status& status) {
  if (!status.ok()) end(status.ToString());
}
template <typename Value>
void must(const Result<Value>& result) {
  if (!result) end(result.error().text());
}

// ---- rows ----

struct BenchTable {
  std::string name;
  TableLayout layout;
  std::int64_t rows_per_group;
  std::int64_t rows_per_batch;  // as they come: pages one by one, words page by page
  std::function<arrow::RecordBatchVector(std::int64_t rows)> make;
};

class Words {
 public:
  std::string word() { return list_[pick_(random_) * pick_(random_) / list_.size()]; }  // some much more often
  std::string text(int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += word() + (i % 12 == 11 ? "\n" : " ");
    return text;
  }
  double number(double max) { return std::uniform_real_distribution<double>(0, max)(random_); }

 private:
  static std::vector<std::string> list() {
    std::mt19937 random(1);
    std::vector<std::string> words(3'000);
    for (auto& word : words)
      for (unsigned left = 2 + (random() % 9); left > 0; --left) word += static_cast<char>('a' + (random() % 26));
    return words;
  }
  std::vector<std::string> list_ = list();
  std::mt19937 random_{7};
  std::uniform_int_distribution<std::size_t> pick_{0, 2'999};
};

void append(arrow::ArrayBuilder& builder, const std::string& value) {
  must(static_cast<arrow::StringBuilder&>(builder).Append(value));
}
void append(arrow::ArrayBuilder& builder, double value) {
  must(static_cast<arrow::DoubleBuilder&>(builder).Append(value));
}

/// A page of some 300 words, as `pages` has it.
void append_page(arrow::RecordBatchBuilder& rows, Words& words, std::uint32_t page) {
  for (int i = 0; i < rows.num_fields(); ++i) {
    arrow::ArrayBuilder& builder = *rows.GetField(i);
    const std::string& name = rows.schema()->field(i)->name();
    if (name == "text")
      append(builder, words.text(300));
    else if (name == "document_id")
      append(builder, std::string(64, 'd'));
    else if (name == "source_uri")
      append(builder, std::string("file:///data/in/reports/2026/report-000123.pdf"));
    else if (name == "source_etag")
      append(builder, std::string("104857-1732600000000000000"));
    else if (name == "text_source")
      append(builder, std::string("native"));
    else if (name == "language")
      append(builder, std::string("en"));
    else if (name == "warnings")
      must(static_cast<arrow::ListBuilder&>(builder).Append());
    else if (name == "width_pt" || name == "height_pt")
      append(builder, 595.0);
    else if (builder.type()->id() == arrow::Type::UINT64)
      must(static_cast<arrow::UInt64Builder&>(builder).Append(104'857));
    else if (builder.type()->id() == arrow::Type::UINT32)
      must(static_cast<arrow::UInt32Builder&>(builder).Append(page));
    else if (builder.type()->id() == arrow::Type::INT32)
      must(static_cast<arrow::Int32Builder&>(builder).Append(0));
    else
      must(builder.AppendNull());
  }
}

arrow::RecordBatchVector make_pages(std::int64_t rows) {
  Words words;
  arrow::RecordBatchVector batches;
  const auto builder =
      arrow::RecordBatchBuilder::Make(table_of(TableId::pages).schema, arrow::default_memory_pool()).ValueOrDie();
  for (std::int64_t i = 0; i < rows; ++i) {
    append_page(*builder, words, static_cast<std::uint32_t>(i + 1));
    batches.push_back(builder->Flush().ValueOrDie());
  }
  return batches;
}

std::shared_ptr<arrow::Schema> words_schema() {
  return arrow::schema(
      {arrow::field("document_id", arrow::utf8(), false), arrow::field("page_number", arrow::uint32(), false),
       arrow::field("word", arrow::utf8(), false), arrow::field("left_pt", arrow::float64(), false),
       arrow::field("top_pt", arrow::float64(), false), arrow::field("right_pt", arrow::float64(), false),
       arrow::field("bottom_pt", arrow::float64(), false), arrow::field("source", arrow::utf8(), false),
       arrow::field("confidence", arrow::float64(), true)});
}

constexpr std::int64_t words_per_page = 250;

arrow::RecordBatchVector make_words(std::int64_t rows) {
  Words words;
  arrow::RecordBatchVector batches;
  const auto builder = arrow::RecordBatchBuilder::Make(words_schema(), arrow::default_memory_pool()).ValueOrDie();
  for (std::int64_t i = 0; i < rows; ++i) {
    append(*builder->GetField(0), std::string(64, 'd'));
    must(builder->GetFieldAs<arrow::UInt32Builder>(1)->Append(static_cast<std::uint32_t>((i / words_per_page) + 1)));
    append(*builder->GetField(2), words.word());
    const double left = words.number(500);
    const std::int64_t line_of_page = i % words_per_page / 10;
    const double top = 50 + (static_cast<double>(line_of_page) * 28.8);
    for (int box = 3; const double value : {left, top, left + words.number(60), top + 11.04})
      append(*builder->GetField(box++), value);
    append(*builder->GetField(7), std::string(i % 500 < 250 ? "native" : "ocr"));
    if (i % 500 < 250)
      must(builder->GetField(8)->AppendNull());
    else
      append(*builder->GetField(8), words.number(100));
    if ((i + 1) % words_per_page == 0 || i + 1 == rows) batches.push_back(builder->Flush().ValueOrDie());
  }
  return batches;
}

std::vector<BenchTable> tables() {
  return {{.name = "pages",
           .layout = {.schema = table_of(TableId::pages).schema, .varied = {"text", "error_message"}},
           .rows_per_group = pages_per_group,
           .rows_per_batch = 1,
           .make = make_pages},
          {.name = "words",
           .layout = {.schema = words_schema(),
                      .varied = {"word", "left_pt", "top_pt", "right_pt", "bottom_pt", "confidence"}},
           .rows_per_group = rows_per_group,
           .rows_per_batch = words_per_page,
           .make = make_words}};
}

// ---- ways ----

class MemoryObject final : public ObjectWriter {
 public:
  explicit MemoryObject(std::string& bytes) : bytes_(bytes) { bytes_.clear(); }
  Result<void> write(std::span<const std::byte> bytes) override {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<std::optional<std::string>> commit(const WriteCondition&) override { return "etag"; }

 private:
  std::string& bytes_;
};

using Write = std::function<void(const arrow::RecordBatchVector& batches, std::string& bytes)>;
struct Way {
  std::string name;
  Write write;
};

Write through(const BenchTable& table, const std::shared_ptr<const parquet_format::FileFormat>& file_format) {
  return [format = TableFormat(table.layout, file_format), group = table.rows_per_group](
             const arrow::RecordBatchVector& batches, std::string& bytes) {
    auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, group).value();
    for (const auto& batch : batches) must(writer.write(*batch));
    must(writer.finish(metadata));
  };
}

std::shared_ptr<arrow::KeyValueMetadata> arrow_metadata() {
  auto values = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [key, value] : metadata) values->Append(key, value);
  return values;
}

void append_buffer(std::string& bytes, const std::shared_ptr<arrow::io::BufferOutputStream>& stream) {
  const auto buffer = stream->Finish().ValueOrDie();
  bytes.assign(reinterpret_cast<const char*>(buffer->data()), static_cast<std::size_t>(buffer->size()));
}

/// As its documentation shows it: all at its defaults but zstd, each batch handed on as it comes.
Write untuned(const BenchTable& table) {
  return [table](const arrow::RecordBatchVector& batches, std::string& bytes) {
    const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto properties = parquet::WriterProperties::Builder()
                                .compression(parquet::Compression::ZSTD)
                                ->max_row_group_length(table.rows_per_group)
                                ->build();
    auto writer =
        parquet::arrow::FileWriter::Open(*table.layout.schema, arrow::default_memory_pool(), stream, properties)
            .ValueOrDie();
    for (const auto& batch : batches) must(writer->WriteRecordBatch(*batch));
    must(writer->AddKeyValueMetadata(arrow_metadata()));
    must(writer->Close());
    append_buffer(bytes, stream);
  };
}

/// libparquet's limit for a table without lists: what lies below its Arrow layer, called column by column with levels
/// made here; nothing shared is made twice. No caller could be written that costs less.
class Limit {
 public:
  explicit Limit(const BenchTable& table) : table_(table) {
    std::shared_ptr<parquet::SchemaDescriptor> schema;
    must(parquet::arrow::ToParquetSchema(table.layout.schema.get(), *parquet::default_writer_properties(),
                                         *arrow_properties_, &schema));
    root_ = std::static_pointer_cast<parquet::schema::GroupNode>(schema->schema_root());
    parquet::WriterProperties::Builder builder;
    builder.set_size_statistics_level(parquet::SizeStatisticsLevel::None)
        ->disable_write_page_index()
        ->disable_dictionary();
    builder.disable_statistics();
    for (const auto& name : table.layout.varied) builder.compression(name, parquet::Compression::ZSTD);
    properties_ = builder.build();
  }

  void operator()(const arrow::RecordBatchVector& batches, std::string& bytes) const {
    const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
    const auto file = parquet::ParquetFileWriter::Open(stream, root_, properties_);
    for (std::size_t first = 0; first < batches.size();) {
      std::int64_t rows = 0;
      std::size_t end = first;
      for (; end < batches.size() && rows < table_.rows_per_group; ++end) rows += batches[end]->num_rows();
      write_group(*file->AppendRowGroup(), *arrow::ConcatenateRecordBatches({batches.begin() + static_cast<long>(first),
                                                                             batches.begin() + static_cast<long>(end)})
                                                .ValueOrDie());
      first = end;
    }
    file->AddKeyValueMetadata(arrow_metadata());
    file->Close();
    append_buffer(bytes, stream);
  }

 private:
  void write_group(parquet::RowGroupWriter& group, const arrow::RecordBatch& rows) const {
    parquet::ArrowWriteContext context(arrow::default_memory_pool(), arrow_properties_.get());
    std::vector<std::int16_t> levels(static_cast<std::size_t>(rows.num_rows()));
    for (int i = 0; i < rows.num_columns(); ++i) {
      const arrow::Array& column = *rows.column(i);
      const bool nullable = rows.schema()->field(i)->nullable();
      for (std::int64_t row = 0; nullable && row < rows.num_rows(); ++row)
        levels[static_cast<std::size_t>(row)] = column.IsValid(row) ? 1 : 0;
      parquet::ColumnWriter* const writer = group.NextColumn();
      must(
          writer->WriteArrow(nullable ? levels.data() : nullptr, nullptr, rows.num_rows(), column, &context, nullable));
      writer->Close();
    }
    group.Close();
  }

  BenchTable table_;
  std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_ = parquet::default_arrow_writer_properties();
  std::shared_ptr<parquet::schema::GroupNode> root_;
  std::shared_ptr<parquet::WriterProperties> properties_;
};

/// Without its columns of lists, which Limit does not write.
BenchTable without_lists(BenchTable table) {
  arrow::FieldVector fields;
  for (const auto& field : table.layout.schema->fields())
    if (field->type()->id() != arrow::Type::LIST) fields.push_back(field);
  table.layout.schema = arrow::schema(fields);
  return table;
}

std::vector<Way> ways_of(const BenchTable& table) {
  const BenchTable flat = without_lists(table);
  return {
      {"own", through(table, parquet_format::flat_format(table.layout).value())},
      {"libparquet", through(table, parquet_format::arrow_format(table.layout).value())},
      {"limit",
       [limit = Limit(flat), schema = flat.layout.schema](const arrow::RecordBatchVector& batches, std::string& bytes) {
         arrow::RecordBatchVector cut;
         for (const auto& batch : batches) {
           arrow::ArrayVector columns;
           for (const auto& field : schema->fields()) columns.push_back(batch->GetColumnByName(field->name()));
           cut.push_back(arrow::RecordBatch::Make(schema, batch->num_rows(), std::move(columns)));
         }
         limit(cut, bytes);
       }},
      {"untuned", untuned(table)}};
}

// ---- measuring ----

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + (static_cast<double>(time.tv_nsec) * 1e-9);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Processor time of a document whose tables are all like this one, in microseconds.
double microseconds(const Way& way, const arrow::RecordBatchVector& batches, int files, int documents) {
  std::vector<std::string> bytes(static_cast<std::size_t>(files));
  const double start = thread_seconds();
  for (int i = 0; i < documents; ++i)
    for (std::string& file : bytes) way.write(batches, file);
  return (thread_seconds() - start) * 1e6 / documents;
}

void compare(const BenchTable& table, std::int64_t rows, int files, int rounds) {
  const auto batches = table.make(rows);
  const auto ways = ways_of(table);
  const int documents = std::max(1, (rows < 5'000 ? 400 : 8) / files);
  std::vector<std::vector<double>> times(ways.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < ways.size(); ++i) {
      (void)microseconds(ways[i], batches, files, 1);  // what another way has put out of the caches
      times[i].push_back(microseconds(ways[i], batches, files, documents));
    }
  std::string line = fmt::format("| {} | {} | {} |", table.name, rows, files);
  std::string sizes;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round)
      ratios.push_back(times[i][static_cast<std::size_t>(round)] / times[0][static_cast<std::size_t>(round)]);
    line += fmt::format(" {:.0f}", median(times[i]));
    line += i == 0 ? std::string(" |") : fmt::format(" ({:.2f}) |", median(ratios));
    std::string bytes;
    ways[i].write(batches, bytes);
    if (ways[i].name != "limit") sizes += fmt::format(" {} |", bytes.size() * static_cast<std::size_t>(files));
  }
  fmt::print("{}{}\n", line, sizes);
  std::fflush(stdout);
}

int profile(char** arguments) {
  const std::string way_name = arguments[0];
  for (const BenchTable& table : tables())
    for (const Way& way : ways_of(table)) {
      if (table.name != arguments[1] || way.name != way_name) continue;
      const auto batches = table.make(std::atol(arguments[2]));
      std::string bytes;
      for (long left = std::atol(arguments[3]); left > 0; --left) way.write(batches, bytes);
      return 0;
    }
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 6 && std::string(arguments[1]) == "--profile") return profile(arguments + 2);
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 15;
  fmt::print(
      "| table | rows | tables | own, us | libparquet, us | its limit, us | untuned, us | own, bytes | libparquet, "
      "bytes | untuned, bytes |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n");
  for (const BenchTable& table : tables())
    for (const std::int64_t rows : {1, 50, 5'000})
      for (const int files : {1, 2, 4, 8}) compare(table, rows, files, rounds);
}
