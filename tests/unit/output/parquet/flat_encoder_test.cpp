// What only docmill's own encoder promises. Read back by Arrow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/column_reader.h>
#include <parquet/statistics.h>

#include <limits>

#include "output/parquet/encoder.h"
#include "unit/output/written_table.h"

namespace docmill {
namespace {

class FlatEncoderTest : public testing::Test {
 protected:
  static std::string written(const arrow::RecordBatchVector& batches, std::int64_t rows_per_group,
                             TableLayout layout = {}) {
    layout.schema = batches.front()->schema();
    return write_table(parquet_format::flat_format, layout, batches, rows_per_group);
  }
};

TEST_F(FlatEncoderTest, LongVariedTextIsCutIntoPagesAndComesBack) {
  arrow::StringBuilder builder;
  for (int i = 0; i < 64; ++i)
    ASSERT_TRUE(builder.Append(std::string(100'000, static_cast<char>('a' + (i % 26)))).ok());
  const auto texts = builder.Finish().ValueOrDie();
  const auto schema = arrow::schema({arrow::field("text", arrow::utf8(), true)});
  const auto rows = arrow::RecordBatch::Make(schema, texts->length(), arrow::ArrayVector{texts});
  const std::string bytes = written({rows}, 100, {.schema = {}, .varied = {"text"}});
  EXPECT_TRUE(column<arrow::StringArray>(read_parquet(bytes), "text").Equals(*texts));
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)));
  const auto pages = reader->RowGroup(0)->GetColumnPageReader(0);
  int count = 0;
  while (pages->NextPage()) ++count;
  EXPECT_EQ(count, 6);
}

TEST_F(FlatEncoderTest, WhatRepeatsHasADictionaryAndWhatDoesNotHasNone) {
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

TEST_F(FlatEncoderTest, ThereIsNoMinimumWhereAReaderCouldBeMisled) {
  arrow::DoubleBuilder not_a_number;
  arrow::StringBuilder long_text;
  arrow::StringBuilder varied;
  arrow::StringBuilder null;
  ASSERT_TRUE(not_a_number.AppendValues({1.0, std::numeric_limits<double>::quiet_NaN()}).ok());
  ASSERT_TRUE(long_text.AppendValues({"a", std::string(2000, 'b')}).ok());
  ASSERT_TRUE(varied.AppendValues({"a", "b"}).ok());
  ASSERT_TRUE(null.AppendNulls(2).ok());
  const auto schema =
      arrow::schema({arrow::field("nan", arrow::float64(), false), arrow::field("l", arrow::utf8(), false),
                     arrow::field("f", arrow::utf8(), false), arrow::field("0", arrow::utf8(), true)});
  const auto rows = arrow::RecordBatch::Make(schema, 2,
                                             {not_a_number.Finish().ValueOrDie(), long_text.Finish().ValueOrDie(),
                                              varied.Finish().ValueOrDie(), null.Finish().ValueOrDie()});
  const auto metadata = read_parquet(written({rows}, 50, {.schema = {}, .varied = {"f"}})).metadata;
  for (int i = 0; i < 4; ++i) {
    const auto statistics = metadata->RowGroup(0)->ColumnChunk(i)->statistics();
    EXPECT_FALSE(statistics->HasMinMax()) << i;
    EXPECT_EQ(statistics->null_count(), i == 3 ? 2 : 0);
  }
}

TEST(FlatFormat, ATypeThatNoFlatTableHasIsInvalidInput) {
  for (const auto& type :
       {arrow::boolean(), arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"), arrow::list(arrow::date32())}) {
    const auto format = parquet_format::flat_format({.schema = arrow::schema({arrow::field("x", type)})});
    ASSERT_FALSE(format) << type->ToString();
    EXPECT_EQ(format.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace docmill
