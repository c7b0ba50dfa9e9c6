// Tables for the tests of TableWriter, and what is written of them.
#pragma once

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "output/parquet/encoder.h"
#include "output/table_writer.h"
#include "unit/output/parquet_reading.h"

namespace docmill {

inline std::shared_ptr<arrow::DataType> list_of(bool items_nullable) {
  return arrow::list(arrow::field("element", arrow::utf8(), items_nullable));
}

inline std::shared_ptr<arrow::Schema> every_type() {
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

class MemoryObject final : public ObjectWriter {
 public:
  explicit MemoryObject(std::string& bytes) : bytes_(bytes) {}
  Result<void> write(std::span<const std::byte> bytes) override {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  Result<std::optional<std::string>> commit(const WriteCondition&) override { return "etag"; }

 private:
  std::string& bytes_;
};

using MakeFormat = Result<std::shared_ptr<const parquet_format::FileFormat>> (*)(const TableLayout&);

inline std::string write_table(MakeFormat make, const TableLayout& layout, const arrow::RecordBatchVector& batches,
                               std::int64_t rows_per_group) {
  std::string bytes;
  auto writer = TableWriter::create(std::make_unique<MemoryObject>(bytes), TableFormat(layout, make(layout).value()),
                                    rows_per_group)
                    .value();
  std::int64_t rows = 0;
  for (const auto& batch : batches) {
    EXPECT_TRUE(writer.write(*batch));
    rows += batch->num_rows();
  }
  const auto summary = writer.finish({{"key", "value"}});
  EXPECT_TRUE(summary);
  EXPECT_EQ(summary->rows, rows);
  EXPECT_EQ(summary->size_bytes, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(writer.commit(WriteCondition::always()).value(), "etag");
  EXPECT_EQ(summary->row_groups, parquet_metadata(bytes)->num_row_groups());
  return bytes;
}

}  // namespace docmill
