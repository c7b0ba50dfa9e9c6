#include "output/document_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/statistics.h>

#include <random>

#include "document/page.h"
#include "document/tables.h"
#include "document/version.h"
#include "output/stamp.h"
#include "store/folder_store.h"
#include "unit/output/parquet_reading.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

const OutputStamp stamp{.version = "0.1.0",
                        .recipe_hash = "0123456789abcdef",
                        .source_etag = "7-42",
                        .source_sha256 = std::string(64, 'a'),
                        .status = "ok"};

Result<DocumentTable> create_pages(std::unique_ptr<ObjectWriter> object, const DocumentColumns& document,
                                   std::uint32_t batch_size) {
  return DocumentTable::create(std::move(object), table_of(TableId::pages), document, batch_size);
}

std::shared_ptr<arrow::RecordBatch> rows(const PageRow& page) { return rows_of(page, TableId::pages); }

PageRow page(std::uint32_t page_index) {
  PageRow row;
  row.page_index = page_index;
  row.text = "Page \u00fc " + std::to_string(page_index);
  row.text_source = page_index % 2 ? TextSource::ocr : TextSource::native;
  if (page_index % 2) row.ocr_confidence = 90.5;
  row.width_pt = 595.0;
  row.height_pt = 842.0;
  if (page_index % 3 == 0) row.warnings = {"annotation_text", "form_text"};
  if (page_index == 4) {
    row.error_kind = ErrorKind::crashed;
    row.error_message = "SIGSEGV";
    row.width_pt.reset();
  }
  return row;
}

class DocumentTableTest : public testing::Test {
 protected:
  // The file of so many pages.
  std::string written(std::string_view key, std::uint32_t pages, std::uint32_t batch_size) {
    auto writer = create_pages(store_->create(key).value(),
                               {.document_id = "id",
                                .source_uri = "file:///in/a.pdf",
                                .source_etag = "7-42",
                                .source_size_bytes = 7,
                                .page_count = pages},
                               batch_size)
                      .value();
    for (std::uint32_t i = 0; i < pages; ++i) EXPECT_TRUE(writer.add(*rows(page(i))));
    EXPECT_TRUE(writer.file().finish(metadata_of(stamp)));
    EXPECT_TRUE(writer.file().commit(WriteCondition::always()).value());
    return folder_.read(key);
  }
  // Of a file of so many pages with so much text each.
  std::vector<std::int64_t> rows_of_groups(std::uint32_t pages, std::size_t text_size_bytes, std::uint32_t batch_size) {
    const DocumentColumns document{.document_id = "id",
                                   .source_uri = "file:///in/a.pdf",
                                   .source_etag = "7-42",
                                   .source_size_bytes = 7,
                                   .page_count = pages};
    auto writer = create_pages(store_->create("large").value(), document, batch_size).value();
    PageRow row = page(0);
    row.text = std::string(text_size_bytes, 'x');
    for (row.page_index = 0; row.page_index < pages; ++row.page_index) EXPECT_TRUE(writer.add(*rows(row)));
    EXPECT_TRUE(writer.file().finish(metadata_of(stamp)));
    EXPECT_TRUE(writer.file().commit(WriteCondition::always()).value());
    const auto metadata = read_parquet(folder_.read("large")).metadata;
    std::vector<std::int64_t> rows;
    for (int i = 0; i < metadata->num_row_groups(); ++i) rows.push_back(metadata->RowGroup(i)->num_rows());
    return rows;
  }
  ObjectStore& store() { return *store_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_.path(), false).value();
};

TEST_F(DocumentTableTest, RowsComeBackAsTheyWere) {
  const auto read = read_parquet(written("a", 7, 3));
  ASSERT_EQ(read.table->num_rows(), 7);
  ASSERT_EQ(read.table->num_columns(), table_of(TableId::pages).schema->num_fields());
  for (const auto& field : table_of(TableId::pages).schema->fields()) {
    const auto got = read.table->schema()->GetFieldByName(field->name());
    ASSERT_TRUE(got) << field->name();
    EXPECT_EQ(got->nullable(), field->nullable()) << field->name();
    // Parquet calls the item of a list "element".
    EXPECT_TRUE(field->name() == "warnings" || got->type()->Equals(field->type())) << field->name();
  }
  const auto& text = column<arrow::StringArray>(read, "text");
  const auto& number = column<arrow::UInt32Array>(read, "page_number");
  const auto& confidence = column<arrow::DoubleArray>(read, "ocr_confidence");
  const auto& width = column<arrow::DoubleArray>(read, "width_pt");
  const auto& error_kind = column<arrow::StringArray>(read, "error_kind");
  const auto& warnings = column<arrow::ListArray>(read, "warnings");
  for (std::int64_t i = 0; i < 7; ++i) {
    EXPECT_EQ(text.GetView(i), "Page \u00fc " + std::to_string(i));
    EXPECT_EQ(number.Value(i), i + 1);
    EXPECT_EQ(confidence.IsNull(i), i % 2 == 0);
    EXPECT_EQ(width.IsNull(i), i == 4);
    EXPECT_EQ(error_kind.IsNull(i), i != 4);
    EXPECT_EQ(warnings.value_length(i), i % 3 == 0 ? 2 : 0);
  }
  EXPECT_EQ(error_kind.GetView(4), "crashed");
  for (std::int64_t i = 0; i < 7; ++i) {
    EXPECT_EQ(column<arrow::StringArray>(read, "document_id").GetView(i), "id");
    EXPECT_EQ(column<arrow::StringArray>(read, "source_uri").GetView(i), "file:///in/a.pdf");
    EXPECT_EQ(column<arrow::StringArray>(read, "source_etag").GetView(i), "7-42");
    EXPECT_EQ(column<arrow::UInt64Array>(read, "source_size_bytes").Value(i), 7U);
    EXPECT_EQ(column<arrow::UInt32Array>(read, "page_count").Value(i), 7U);
  }
}

TEST_F(DocumentTableTest, ARowGroupHoldsBatchSizePages) {
  const auto metadata = read_parquet(written("a", 7, 3)).metadata;
  ASSERT_EQ(metadata->num_row_groups(), 3);
  EXPECT_EQ(metadata->RowGroup(0)->num_rows(), 3);
  EXPECT_EQ(metadata->RowGroup(1)->num_rows(), 3);
  EXPECT_EQ(metadata->RowGroup(2)->num_rows(), 1);
  EXPECT_EQ(read_parquet(written("b", 6, 3)).metadata->num_row_groups(), 2);
}

TEST_F(DocumentTableTest, ARowGroupOfLargePagesEndsEarly) {
  // Four pages of 15 MiB fit into 64 MiB.
  EXPECT_THAT(rows_of_groups(9, 15 << 20, 50), testing::ElementsAre(4, 4, 1));
  EXPECT_THAT(rows_of_groups(9, 15 << 20, 3), testing::ElementsAre(3, 3, 3));
  EXPECT_THAT(rows_of_groups(9, 15 << 20, 5), testing::ElementsAre(4, 4, 1));
}

TEST_F(DocumentTableTest, EqualRowsGiveEqualBytes) { EXPECT_EQ(written("a", 120, 50), written("b", 120, 50)); }

TEST_F(DocumentTableTest, TheMetadataIsTheStampAndNothingElse) {
  const auto metadata = read_parquet(written("a", 1, 50)).metadata;
  EXPECT_EQ(metadata->created_by(), "docmill version " + std::string(version));
  const auto pairs = metadata->key_value_metadata();
  EXPECT_THAT(pairs->keys(), testing::ElementsAre("docmill.version", "docmill.recipe_hash", "docmill.source_etag",
                                                  "docmill.source_sha256", "docmill.status"));
  EXPECT_THAT(pairs->values(), testing::ElementsAre("0.1.0", "0123456789abcdef", "7-42", std::string(64, 'a'), "ok"));
}

TEST_F(DocumentTableTest, TextIsZstdTheOthersHaveAMinimumAndAMaximum) {
  const auto metadata = read_parquet(written("a", 10, 50)).metadata;
  const auto group = metadata->RowGroup(0);
  for (int i = 0; i < group->num_columns(); ++i) {
    const auto chunk = group->ColumnChunk(i);
    const std::string name = chunk->path_in_schema()->ToDotString();
    const bool is_free = name == "text" || name == "error_message";
    const bool has_values = chunk->statistics()->null_count() < chunk->num_values();
    // There is hardly an error to compress.
    EXPECT_EQ(chunk->compression(), name == "text" ? parquet::Compression::ZSTD : parquet::Compression::UNCOMPRESSED)
        << name;
    EXPECT_EQ(chunk->statistics()->HasMinMax(), !is_free && has_values) << name;
  }
}

TEST_F(DocumentTableTest, ABigPageIsWhole) {
  PageRow row;
  std::string& big = row.text;
  big = std::string(16 << 20, ' ');
  std::mt19937 random(1);
  for (char& c : big) c = static_cast<char>('a' + random() % 26);
  auto writer = create_pages(store().create("a").value(), {}, 50).value();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(writer.add(*rows(row)));
  ASSERT_TRUE(writer.file().finish(metadata_of(stamp)));
  ASSERT_TRUE(writer.file().commit(WriteCondition::if_absent()).value());
  const auto object = store().get("a", 1 << 30).value();
  const auto read = read_parquet(object.blob.text());
  EXPECT_TRUE(column<arrow::StringArray>(read, "text").GetView(1) == big);
}

// Rows are written in more than one go where they are large, within one row group.
TEST_F(DocumentTableTest, BigPagesShareARowGroup) {
  PageRow row;
  row.text = std::string(3 << 20, 'x');
  auto writer = create_pages(store().create("a").value(), {}, 50).value();
  for (row.page_index = 0; row.page_index < 5; ++row.page_index) ASSERT_TRUE(writer.add(*rows(row)));
  ASSERT_TRUE(writer.file().finish(metadata_of(stamp)));
  ASSERT_TRUE(writer.file().commit(WriteCondition::if_absent()).value());
  const auto object = store().get("a", 1 << 30).value();
  const auto read = read_parquet(object.blob.text());
  EXPECT_EQ(read.metadata->num_row_groups(), 1);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(column<arrow::UInt32Array>(read, "page_number").Value(i), static_cast<std::uint32_t>(i + 1));
    EXPECT_EQ(column<arrow::StringArray>(read, "text").GetView(i), row.text);
  }
}

TEST_F(DocumentTableTest, ABatchOfAnotherShapeIsInvalidInput) {
  auto writer = create_pages(store().create("a").value(), {}, 50).value();
  const auto row = rows(page(0));
  EXPECT_EQ(writer.add(*row->RemoveColumn(0).ValueOrDie()).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(writer.add(*rows_of(page(0), TableId::words)).error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(writer.add(*row));
}

TEST_F(DocumentTableTest, WordsOfAPageShareWhatTheParentKnows) {
  PageRow row = page(1);
  row.words = {{.text = "one", .box = {.left = 1, .top = 2, .right = 3, .bottom = 4}},
               {.text = "two", .box = {}, .confidence = 87.5}};
  const DocumentColumns document{.document_id = "id", .source_uri = "file:///in/a.pdf", .source_etag = "7-42"};
  auto writer = DocumentTable::create(store().create("w").value(), table_of(TableId::words), document, 50).value();
  ASSERT_TRUE(writer.add(*rows_of(row, TableId::words)));
  ASSERT_TRUE(writer.add(*rows_of(page(2), TableId::words))) << "a page without words";
  ASSERT_TRUE(writer.file().finish(metadata_of(stamp)));
  ASSERT_TRUE(writer.file().commit(WriteCondition::if_absent()).value());
  const auto read = read_parquet(store().get("w", 1 << 20).value().blob.text());
  ASSERT_EQ(read.table->num_rows(), 2);
  EXPECT_EQ(column<arrow::StringArray>(read, "document_id").GetView(1), "id");
  EXPECT_EQ(column<arrow::StringArray>(read, "source_uri").GetView(1), "file:///in/a.pdf");
  EXPECT_EQ(column<arrow::UInt32Array>(read, "page_number").Value(0), 2U);
  EXPECT_EQ(column<arrow::StringArray>(read, "word").GetView(1), "two");
  EXPECT_EQ(column<arrow::DoubleArray>(read, "bottom_pt").Value(0), 4);
  EXPECT_TRUE(column<arrow::DoubleArray>(read, "confidence").IsNull(0));
  EXPECT_EQ(column<arrow::DoubleArray>(read, "confidence").Value(1), 87.5);
}

// A store whose disk is full after so many bytes.
class FullObject final : public ObjectWriter {
 public:
  explicit FullObject(std::size_t left) : left_(left) {}
  Result<void> write(std::span<const std::byte> bytes) override {
    if (bytes.size() > left_) return fail(ErrorKind::unavailable, "s3://bucket/a", "disk full: test");
    left_ -= bytes.size();
    return {};
  }
  Result<std::optional<std::string>> commit(const WriteCondition&) override { return "etag"; }

 private:
  std::size_t left_;
};

TEST_F(DocumentTableTest, TheStoresErrorComesThroughWhereverItStrikes) {
  const std::size_t whole = written("a", 20, 3).size();
  for (std::size_t left = 0; left < whole; left += 199) {
    std::optional<Error> error;
    auto writer = create_pages(std::make_unique<FullObject>(left),
                               {.document_id = "id",
                                .source_uri = "file:///in/a.pdf",
                                .source_etag = "7-42",
                                .source_size_bytes = 7,
                                .page_count = 20},
                               3);
    if (!writer) error = writer.error();
    for (std::uint32_t i = 0; i < 20 && !error; ++i)
      if (auto added = writer->add(*rows(page(i))); !added) error = added.error();
    if (!error)
      if (auto finished = writer->file().finish(metadata_of(stamp)); !finished) error = finished.error();
    ASSERT_TRUE(error) << left;
    EXPECT_EQ(error->text(), "s3://bucket/a: disk full: test (unavailable)");
  }
}

}  // namespace
}  // namespace docmill
