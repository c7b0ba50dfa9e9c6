// Read back by Arrow; tests/e2e has outputs read by pyarrow and DuckDB.
#include "output/parquet_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/column_reader.h>
#include <parquet/statistics.h>

#include <cmath>
#include <limits>
#include <random>

#include "store/folder_store.h"
#include "unit/output/parquet_reading.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

std::shared_ptr<arrow::DataType> list_of(bool items_nullable) {
  return arrow::list(arrow::field("element", arrow::utf8(), items_nullable));
}

std::shared_ptr<arrow::Schema> every_type() {
  arrow::FieldVector fields;
  for (const bool nullable : {false, true}) {
    const std::string suffix = nullable ? "_nullable" : "";
    for (const auto& type : {arrow::utf8(), arrow::int32(), arrow::uint32(), arrow::uint64(), arrow::float64(),
                             arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")})
      fields.push_back(arrow::field(type->name() + suffix, type, nullable));
    fields.push_back(arrow::field("list" + suffix, list_of(false), nullable));
    fields.push_back(arrow::field("list_of_nullable" + suffix, list_of(true), nullable));
  }
  return arrow::schema(fields);
}

/// Rows of every_type(): values out of `kinds` different ones.
class Rows {
 public:
  Rows(unsigned seed, std::int64_t kinds) : random_(seed), kinds_(kinds) {}

  std::shared_ptr<arrow::RecordBatch> next(std::int64_t count) {
    auto builder = arrow::RecordBatchBuilder::Make(every_type(), arrow::default_memory_pool()).ValueOrDie();
    for (int i = 0; i < builder->num_fields(); ++i)
      for (std::int64_t row = 0; row < count; ++row) append(*builder->GetField(i), every_type()->field(i)->nullable());
    return builder->Flush().ValueOrDie();
  }

 private:
  void append(arrow::ArrayBuilder& builder, bool nullable) {
    if (nullable && below(3) == 0) return ok(builder.AppendNull());
    if (builder.type()->id() == arrow::Type::LIST) return append_list(static_cast<arrow::ListBuilder&>(builder));
    const std::int64_t kind = below(kinds_);
    // Both ends of every type's range are among them.
    const std::int64_t number = kind == 0 ? -1 : kind * 1'000'003;
    switch (builder.type()->id()) {
      case arrow::Type::STRING:
        return ok(static_cast<arrow::StringBuilder&>(builder).Append(
            std::string(static_cast<std::size_t>(kind % 40), 'w') + "\u00fc" + std::to_string(kind)));
      case arrow::Type::INT32:
        return ok(static_cast<arrow::Int32Builder&>(builder).Append(static_cast<std::int32_t>(number)));
      case arrow::Type::UINT32:
        return ok(static_cast<arrow::UInt32Builder&>(builder).Append(static_cast<std::uint32_t>(number)));
      case arrow::Type::UINT64:
        return ok(static_cast<arrow::UInt64Builder&>(builder).Append(static_cast<std::uint64_t>(number)));
      case arrow::Type::DOUBLE:
        return ok(static_cast<arrow::DoubleBuilder&>(builder).Append(static_cast<double>(number) / 7));
      default:
        return ok(static_cast<arrow::TimestampBuilder&>(builder).Append(number));
    }
  }
  void append_list(arrow::ListBuilder& builder) {
    ok(builder.Append());
    const bool items_nullable = builder.type()->field(0)->nullable();
    for (std::int64_t left = below(4); left > 0; --left) append(*builder.value_builder(), items_nullable);
  }
  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(end));
  }
  static void ok(const arrow::Status& status) { ASSERT_TRUE(status.ok()) << status.ToString(); }

  std::mt19937_64 random_;
  std::int64_t kinds_;
};

class ParquetFileTest : public testing::Test {
 protected:
  std::string written(const arrow::RecordBatchVector& batches, std::int64_t rows_per_group,
                      const ParquetLayout& layout = {}) {
    const auto table = ParquetTable::create(batches.front()->schema(), layout).value();
    auto file = ParquetFile::create(store_->create("file").value(), table, rows_per_group).value();
    for (const auto& batch : batches) EXPECT_TRUE(file->write(*batch));
    EXPECT_TRUE(file->finish({{"key", "value"}}));
    EXPECT_TRUE(file->commit(WriteCondition::always()).value());
    return folder_.read("file");
  }
  ObjectStore& store() { return *store_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_.path(), false).value();
};

TEST_F(ParquetFileTest, EveryTypeMakesTheRoundTrip) {
  for (const std::int64_t kinds : {1, 2, 5, 1000})
    for (const std::int64_t rows_per_group : {1, 7, 64, 1000}) {
      Rows rows(static_cast<unsigned>(kinds), kinds);
      const arrow::RecordBatchVector batches{rows.next(1), rows.next(150), rows.next(49)};
      const auto read = read_parquet(written(
          batches, rows_per_group, {.free_text = {"string_nullable", "list_nullable"}, .compress_all = kinds == 5}));
      const auto expected = arrow::Table::FromRecordBatches(batches).ValueOrDie();
      EXPECT_TRUE(read.table->schema()->Equals(*expected->schema())) << read.table->schema()->ToString();
      EXPECT_TRUE(read.table->Equals(*expected)) << kinds << " kinds, groups of " << rows_per_group;
      EXPECT_EQ(read.metadata->num_row_groups(), (200 + rows_per_group - 1) / rows_per_group);
    }
}

TEST_F(ParquetFileTest, BytesDependOnRowsAndNotOnTheirBatches) {
  const auto rows = Rows(1, 5).next(100);
  EXPECT_EQ(written({rows}, 30),
            written({rows->Slice(0, 1), rows->Slice(1, 29), rows->Slice(30, 55), rows->Slice(85)}, 30));
}

TEST_F(ParquetFileTest, LongFreeTextIsCutIntoPagesAndComesBack) {
  arrow::StringBuilder builder;
  for (int i = 0; i < 64; ++i)
    ASSERT_TRUE(builder.Append(std::string(100'000, static_cast<char>('a' + (i % 26)))).ok());
  const auto texts = builder.Finish().ValueOrDie();
  const auto schema = arrow::schema({arrow::field("text", arrow::utf8(), true)});
  const auto rows = arrow::RecordBatch::Make(schema, texts->length(), arrow::ArrayVector{texts});
  const std::string bytes = written({rows}, 100, {.free_text = {"text"}});
  EXPECT_TRUE(column<arrow::StringArray>(read_parquet(bytes), "text").Equals(*texts));
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)));
  const auto pages = reader->RowGroup(0)->GetColumnPageReader(0);
  int count = 0;
  while (pages->NextPage()) ++count;
  EXPECT_EQ(count, 6);
}

TEST_F(ParquetFileTest, WhatRepeatsHasADictionaryAndWhatDoesNotHasNone) {
  arrow::StringBuilder same;
  arrow::UInt32Builder numbers;
  for (std::uint32_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(same.Append("the same in every row").ok());
    ASSERT_TRUE(numbers.Append(i).ok());
  }
  const auto schema =
      arrow::schema({arrow::field("same", arrow::utf8(), false), arrow::field("n", arrow::uint32(), false)});
  const auto rows = arrow::RecordBatch::Make(schema, 50, {same.Finish().ValueOrDie(), numbers.Finish().ValueOrDie()});
  const auto metadata = read_parquet(written({rows}, 50)).metadata;
  EXPECT_TRUE(metadata->RowGroup(0)->ColumnChunk(0)->has_dictionary_page());
  EXPECT_FALSE(metadata->RowGroup(0)->ColumnChunk(1)->has_dictionary_page());
  EXPECT_LT(metadata->RowGroup(0)->ColumnChunk(0)->total_compressed_size(), 100);
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
TEST_F(ParquetFileTest, StatisticsFollowTheTypesOrder) {
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

TEST_F(ParquetFileTest, ThereIsNoMinimumWhereAReaderCouldBeMisled) {
  arrow::DoubleBuilder not_a_number;
  arrow::StringBuilder long_text;
  arrow::StringBuilder free_text;
  arrow::StringBuilder null;
  ASSERT_TRUE(not_a_number.AppendValues({1.0, std::numeric_limits<double>::quiet_NaN()}).ok());
  ASSERT_TRUE(long_text.AppendValues({"a", std::string(2000, 'b')}).ok());
  ASSERT_TRUE(free_text.AppendValues({"a", "b"}).ok());
  ASSERT_TRUE(null.AppendNulls(2).ok());
  const auto schema =
      arrow::schema({arrow::field("nan", arrow::float64(), false), arrow::field("l", arrow::utf8(), false),
                     arrow::field("f", arrow::utf8(), false), arrow::field("0", arrow::utf8(), true)});
  const auto rows = arrow::RecordBatch::Make(schema, 2,
                                             {not_a_number.Finish().ValueOrDie(), long_text.Finish().ValueOrDie(),
                                              free_text.Finish().ValueOrDie(), null.Finish().ValueOrDie()});
  const auto metadata = read_parquet(written({rows}, 50, {.free_text = {"f"}})).metadata;
  for (int i = 0; i < 4; ++i) {
    const auto statistics = metadata->RowGroup(0)->ColumnChunk(i)->statistics();
    EXPECT_FALSE(statistics->HasMinMax()) << i;
    EXPECT_EQ(statistics->null_count(), i == 3 ? 2 : 0);
  }
}

TEST_F(ParquetFileTest, OfNoRowsHasTheSchemaAndTheMetadata) {
  const auto table = ParquetTable::create(every_type(), {}).value();
  auto file = ParquetFile::create(store().create("file").value(), table, 10).value();
  ASSERT_TRUE(file->finish({{"key", "value"}}));
  ASSERT_TRUE(file->commit(WriteCondition::always()).value());
  const auto read = read_parquet(store().get("file", 1 << 20).value().blob.text());
  EXPECT_TRUE(read.table->schema()->Equals(*every_type()));
  EXPECT_EQ(read.table->num_rows(), 0);
  EXPECT_EQ(read.metadata->key_value_metadata()->Get("key").ValueOrDie(), "value");
}

TEST_F(ParquetFileTest, ATypeThatNoTableHasIsInvalidInput) {
  for (const auto& type :
       {arrow::boolean(), arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"), arrow::list(arrow::date32())}) {
    const auto table = ParquetTable::create(arrow::schema({arrow::field("x", type)}), {});
    ASSERT_FALSE(table) << type->ToString();
    EXPECT_EQ(table.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace docmill
