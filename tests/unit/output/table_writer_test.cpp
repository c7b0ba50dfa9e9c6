// Read back by Arrow; tests/e2e/test_tables.py has the same tables read by pyarrow, DuckDB and Polars.
#include "output/table_writer.h"

#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/statistics.h>

#include <random>

#include "document/version.h"
#include "output/parquet/encoder.h"
#include "store/object_store.h"
#include "unit/output/written_table.h"

namespace docmill {
namespace {

/// What both ways promise.
struct Way {
  std::string name;
  MakeFormat make;
};

class TableWriterTest : public testing::TestWithParam<Way> {
 protected:
  static std::string written(const arrow::RecordBatchVector& batches, std::int64_t rows_per_group,
                             TableLayout layout = {}) {
    layout.schema = batches.front()->schema();
    return write_table(GetParam().make, layout, batches, rows_per_group);
  }
};
INSTANTIATE_TEST_SUITE_P(BothWays, TableWriterTest,
                         testing::Values(Way("Own", parquet_format::flat_format),
                                         Way("Libparquet", parquet_format::arrow_format)),
                         [](const auto& way) { return way.param.name; });

TEST_P(TableWriterTest, EveryTypeMakesTheRoundTrip) {
  for (const std::int64_t kinds : {1, 2, 5, 1000})
    for (const std::int64_t rows_per_group : {1, 7, 64, 1000}) {
      Rows rows(static_cast<unsigned>(kinds), kinds);
      const arrow::RecordBatchVector batches{rows.next(1), rows.next(150), rows.next(49)};
      const auto read = read_parquet(written(
          batches, rows_per_group,
          {.schema = {}, .varied = {"string_nullable", "list_nullable", "double"}, .compress_all = kinds == 5}));
      const auto expected = arrow::Table::FromRecordBatches(batches).ValueOrDie();
      EXPECT_TRUE(read.table->schema()->Equals(*expected->schema())) << read.table->schema()->ToString();
      EXPECT_TRUE(read.table->Equals(*expected)) << kinds << " kinds, groups of " << rows_per_group;
      EXPECT_EQ(read.metadata->num_row_groups(), (200 + rows_per_group - 1) / rows_per_group);
    }
}

TEST_P(TableWriterTest, BytesDependOnRowsAndNotOnTheirBatches) {
  const auto rows = Rows(1, 5).next(100);
  EXPECT_EQ(written({rows}, 30),
            written({rows->Slice(0, 1), rows->Slice(1, 29), rows->Slice(30, 55), rows->Slice(85)}, 30));
}

std::string encoded_min(const parquet::FileMetaData& metadata, int column) {
  return metadata.RowGroup(0)->ColumnChunk(column)->statistics()->EncodeMin();
}
std::string encoded_max(const parquet::FileMetaData& metadata, int column) {
  return metadata.RowGroup(0)->ColumnChunk(column)->statistics()->EncodeMax();
}
template <typename Number>
std::string encoded(Number number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

// Minimum and maximum compare as the column's type says.
TEST_P(TableWriterTest, StatisticsFollowTheTypesOrder) {
  arrow::UInt32Builder without_sign;
  arrow::Int32Builder with_sign;
  arrow::StringBuilder text;
  arrow::DoubleBuilder zeros;
  ASSERT_TRUE(without_sign.AppendValues({1, 0xFFFFFFFF, 7}).ok());
  ASSERT_TRUE(with_sign.AppendValues({1, -1, 7}).ok());
  ASSERT_TRUE(text.AppendValues({"b", "\xC3\xA4", "ab"}).ok());
  ASSERT_TRUE(zeros.AppendValues({0.0, -0.0, 0.0}).ok());
  const auto schema =
      arrow::schema({arrow::field("u", arrow::uint32(), false), arrow::field("i", arrow::int32(), false),
                     arrow::field("s", arrow::utf8(), false), arrow::field("z", arrow::float64(), false)});
  const auto rows = arrow::RecordBatch::Make(schema, 3,
                                             {without_sign.Finish().ValueOrDie(), with_sign.Finish().ValueOrDie(),
                                              text.Finish().ValueOrDie(), zeros.Finish().ValueOrDie()});
  const auto metadata = read_parquet(written({rows}, 50)).metadata;
  EXPECT_EQ(encoded_min(*metadata, 0), encoded<std::uint32_t>(1));
  EXPECT_EQ(encoded_max(*metadata, 0), encoded<std::uint32_t>(0xFFFFFFFF));
  EXPECT_EQ(encoded_min(*metadata, 1), encoded<std::int32_t>(-1));
  EXPECT_EQ(encoded_max(*metadata, 1), encoded<std::int32_t>(7));
  EXPECT_EQ(encoded_min(*metadata, 2), "ab");
  EXPECT_EQ(encoded_max(*metadata, 2), "\xC3\xA4");
  EXPECT_EQ(encoded_min(*metadata, 3), encoded(-0.0));
  EXPECT_EQ(encoded_max(*metadata, 3), encoded(0.0));
}

TEST_P(TableWriterTest, OfNoRowsHasTheSchemaAndTheMetadata) {
  const TableLayout layout{.schema = every_type()};
  const auto read = read_parquet(write_table(GetParam().make, layout, {}, 10));
  EXPECT_TRUE(read.table->schema()->Equals(*every_type()));
  EXPECT_EQ(read.table->num_rows(), 0);
  EXPECT_EQ(read.metadata->key_value_metadata()->Get("key").ValueOrDie(), "value");
  EXPECT_EQ(read.metadata->key_value_metadata()->size(), 1);
  EXPECT_EQ(read.metadata->created_by(), "docmill version " + std::string(version));
}

// The columns of every_type() in both files are as large, as empty, and lie between the same values.
TEST(BothWays, SayTheSameOfARowGroup) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const TableLayout layout{.schema = every_type(), .varied = {"string", "list_nullable"}};
    const arrow::RecordBatchVector batches{Rows(seed, 50).next(200)};
    const auto own = read_parquet(write_table(parquet_format::flat_format, layout, batches, 30)).metadata;
    const auto theirs = read_parquet(write_table(parquet_format::arrow_format, layout, batches, 30)).metadata;
    ASSERT_TRUE(own->schema()->Equals(*theirs->schema()));
    ASSERT_EQ(own->num_row_groups(), theirs->num_row_groups());
    for (int group = 0; group < own->num_row_groups(); ++group)
      for (int i = 0; i < own->num_columns(); ++i) {
        const auto a = own->RowGroup(group)->ColumnChunk(i);
        const auto b = theirs->RowGroup(group)->ColumnChunk(i);
        SCOPED_TRACE(a->path_in_schema()->ToDotString());
        EXPECT_EQ(a->num_values(), b->num_values());
        EXPECT_EQ(a->statistics()->HasMinMax(), b->statistics() && b->statistics()->HasMinMax());
        if (!b->statistics()) continue;
        EXPECT_EQ(a->statistics()->null_count(), b->statistics()->null_count());
        EXPECT_EQ(a->statistics()->EncodeMin(), b->statistics()->EncodeMin());
        EXPECT_EQ(a->statistics()->EncodeMax(), b->statistics()->EncodeMax());
      }
  }
}

std::shared_ptr<arrow::RecordBatch> texts_of(const std::vector<std::string>& values) {
  arrow::StringBuilder builder;
  EXPECT_TRUE(builder.AppendValues(values).ok());
  const auto schema = arrow::schema({arrow::field("text", arrow::utf8(), false)});
  return arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(values.size()),
                                  arrow::ArrayVector{builder.Finish().ValueOrDie()});
}

std::vector<std::int64_t> rows_of_groups(const std::string& bytes) {
  std::vector<std::int64_t> rows;
  const auto metadata = parquet_metadata(bytes);
  for (int i = 0; i < metadata->num_row_groups(); ++i) rows.push_back(metadata->RowGroup(i)->num_rows());
  return rows;
}

// What fits into 64 MiB is found row by row, however the rows come.
TEST_P(TableWriterTest, ARowGroupEndsBeforeItIsTooLarge) {
  const TableLayout layout{.schema = {}, .varied = {"text"}};
  const auto rows = texts_of(std::vector<std::string>(9, std::string(15 << 20, 'x')));
  EXPECT_THAT(rows_of_groups(written({rows}, 50, layout)), testing::ElementsAre(4, 4, 1));
  EXPECT_THAT(rows_of_groups(written({rows->Slice(0, 3), rows->Slice(3)}, 50, layout)), testing::ElementsAre(4, 4, 1));
  EXPECT_THAT(rows_of_groups(written({rows}, 3, layout)), testing::ElementsAre(3, 3, 3));
  const auto huge = texts_of({"a", std::string(65 << 20, 'x'), "b"});
  EXPECT_THAT(rows_of_groups(written({huge}, 50, layout)), testing::ElementsAre(1, 1, 1));
}

// A row group in pieces of 1 MiB, as they come from a long document.
TEST_P(TableWriterTest, LargeRowsInWhateverBatchesGiveTheSameBytes) {
  std::vector<std::string> values;
  for (int i = 0; i < 40; ++i)
    values.emplace_back(static_cast<std::size_t>(i) * 10'000, static_cast<char>('a' + (i % 26)));
  const auto rows = texts_of(values);
  arrow::RecordBatchVector single;
  for (int i = 0; i < 40; ++i) single.push_back(rows->Slice(i, 1));
  const TableLayout layout{.schema = {}, .varied = {"text"}};
  const std::string bytes = written({rows}, 30, layout);
  EXPECT_EQ(bytes, written(single, 30, layout));
  EXPECT_TRUE(read_parquet(bytes).table->Equals(*arrow::Table::FromRecordBatches({rows}).ValueOrDie()));
}

/// A store whose disk is full after so many bytes. It counts what is written to it later.
class FullObject final : public ObjectWriter {
 public:
  FullObject(std::size_t left, int& writes_after) : left_(left), writes_after_(writes_after) {}
  Result<void> write(std::span<const std::byte> bytes) override {
    if (full_) ++writes_after_;
    full_ = full_ || bytes.size() > left_;
    if (full_) return fail(ErrorKind::throttled, "s3://bucket/a", "slow down: test");
    left_ -= bytes.size();
    return {};
  }
  Result<std::optional<std::string>> commit(const WriteCondition&) override { return "etag"; }

 private:
  std::size_t left_;
  int& writes_after_;
  bool full_ = false;
};

TEST_P(TableWriterTest, TheStoresErrorComesThroughWhereverItStrikes) {
  const auto rows = Rows(1, 50).next(100);
  const TableFormat format({.schema = every_type()}, GetParam().make({.schema = every_type()}).value());
  const std::size_t whole = written({rows}, 30).size();
  int writes_after = 0;
  for (std::size_t left = 0; left < whole; left += 97) {
    std::optional<Error> error;
    auto writer = TableWriter::create(std::make_unique<FullObject>(left, writes_after), format, 30);
    if (!writer) error = writer.error();
    if (!error)
      if (auto added = writer->write(*rows); !added) error = added.error();
    if (!error)
      if (auto finished = writer->finish({{"key", "value"}}); !finished) error = finished.error();
    ASSERT_TRUE(error) << left;
    EXPECT_EQ(error->text(), "s3://bucket/a: slow down: test (throttled)");
  }
  EXPECT_EQ(writes_after, 0);
}

// libparquet ends an unfinished file in its destructor, with a footer.
TEST_P(TableWriterTest, NothingIsWrittenAfterItIsGivenUp) {
  std::string bytes;
  std::size_t size_before = 0;
  {
    const TableFormat format({.schema = every_type()}, GetParam().make({.schema = every_type()}).value());
    auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, 30).value();
    ASSERT_TRUE(writer.write(*Rows(1, 50).next(100)));
    size_before = bytes.size();
    auto other = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, 30).value();
    size_before = bytes.size();
    writer = std::move(other);
    EXPECT_EQ(bytes.size(), size_before);
  }
  EXPECT_EQ(bytes.size(), size_before);
}

TEST_P(TableWriterTest, RowsOfAnotherSchemaAreInvalidInput) {
  std::string bytes;
  const TableFormat format({.schema = every_type()}, GetParam().make({.schema = every_type()}).value());
  auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, 30).value();
  EXPECT_EQ(writer.write(*texts_of({"a"})).error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(writer.write(*Rows(1, 50).next(1)));
}

// ---- which way ----

/// libparquet says how its pages are encoded, docmill's own encoder does not.
bool is_by_libparquet(TableLayout layout) {
  std::string bytes;
  const auto schema = layout.schema;
  auto builder = arrow::RecordBatchBuilder::Make(schema, arrow::default_memory_pool()).ValueOrDie();
  for (int i = 0; i < builder->num_fields(); ++i) EXPECT_TRUE(builder->GetField(i)->AppendEmptyValue().ok());
  const auto format = TableFormat::create(std::move(layout)).value();
  auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, 10).value();
  EXPECT_TRUE(writer.write(*builder->Flush().ValueOrDie()));
  EXPECT_TRUE(writer.finish({}));
  const auto read = read_parquet(bytes);
  EXPECT_EQ(read.table->num_rows(), 1);
  return !read.metadata->RowGroup(0)->ColumnChunk(0)->encoding_stats().empty();
}

std::shared_ptr<arrow::Schema> numbers(int columns) {
  arrow::FieldVector fields;
  for (int i = 0; i < columns; ++i) fields.push_back(arrow::field("n" + std::to_string(i), arrow::int32(), false));
  return arrow::schema(fields);
}

TEST(TableFormat, FlatNarrowTablesOfFewRowsAreWrittenByDocmillTheOthersByLibparquet) {
  EXPECT_FALSE(is_by_libparquet({.schema = numbers(32)}));
  EXPECT_TRUE(is_by_libparquet({.schema = numbers(33)}));
  EXPECT_TRUE(is_by_libparquet({.schema = numbers(1), .large = true}));
  const auto box = arrow::struct_({arrow::field("left", arrow::float64()), arrow::field("top", arrow::float64())});
  for (const auto& type : {box, arrow::list(box), arrow::list(arrow::list(arrow::utf8())), arrow::boolean(),
                           arrow::large_binary(), arrow::map(arrow::utf8(), arrow::int64())})
    EXPECT_TRUE(is_by_libparquet({.schema = arrow::schema({arrow::field("x", type)})})) << type->ToString();
}

TEST(TableFormat, OfWhatCannotBeWrittenIsInvalidInput) {
  const auto error_of = [](TableLayout layout) {
    const auto format = TableFormat::create(std::move(layout));
    return format ? "none" : format.error().text();
  };
  EXPECT_THAT(error_of({.schema = arrow::schema({arrow::field("x", arrow::dictionary(arrow::int8(), arrow::utf8()))})}),
              testing::HasSubstr("a column of type dictionary"));
  EXPECT_THAT(error_of({.schema = arrow::schema({arrow::field("x", arrow::month_interval())})}),
              testing::HasSubstr("month_interval"));
  EXPECT_THAT(error_of({.schema = numbers(1), .varied = {"n1"}}), testing::HasSubstr("no column `n1`"));
}

TEST(TableFormat, NestedRowsMakeTheRoundTrip) {
  const auto schema = arrow::schema({arrow::field(
      "words", arrow::list(arrow::field("element", arrow::struct_({arrow::field("text", arrow::utf8(), true),
                                                                   arrow::field("left", arrow::float64(), false)}))))});
  const auto rows = arrow::RecordBatch::FromStructArray(
                        arrow::json::ArrayFromJSONString(
                            arrow::struct_(schema->fields()),
                            R"([{"words": [{"text": "\u00e4b", "left": 1.5}, {"text": null, "left": -2}]},
                                {"words": null}, {"words": []}, {"words": [null]}])")
                            .ValueOrDie())
                        .ValueOrDie();
  std::string bytes;
  const auto format = TableFormat::create({.schema = schema, .varied = {"words"}}).value();
  auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), format, 3).value();
  ASSERT_TRUE(writer.write(*arrow::RecordBatch::Make(schema, rows->num_rows(), rows->columns())));
  ASSERT_TRUE(writer.finish({}));
  const auto read = read_parquet(bytes);
  EXPECT_EQ(read.metadata->num_row_groups(), 2);
  EXPECT_TRUE(read.table->schema()->Equals(*schema)) << read.table->schema()->ToString();
  EXPECT_TRUE(read.table->Equals(*arrow::Table::Make(schema, rows->columns())));
  EXPECT_FALSE(read.metadata->RowGroup(0)->ColumnChunk(0)->statistics());
}

}  // namespace
}  // namespace docmill
