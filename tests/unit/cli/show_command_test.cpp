#include "cli/show_command.h"

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <fstream>
#include <iterator>
#include <string>

#include "document/limits.h"
#include "document/tables.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// Appends values of a column by its type: `text` and `number` where the row has them, else null or zero.
void append(arrow::ArrayBuilder& builder, const arrow::Field& field, const std::string& text, int number) {
  if (field.nullable() && text.empty()) return static_cast<void>(builder.AppendNull());
  switch (field.type()->id()) {
    case arrow::Type::STRING:
      return static_cast<void>(static_cast<arrow::StringBuilder&>(builder).Append(text));
    case arrow::Type::UINT32:
      return static_cast<void>(static_cast<arrow::UInt32Builder&>(builder).Append(static_cast<std::uint32_t>(number)));
    case arrow::Type::UINT64:
      return static_cast<void>(static_cast<arrow::UInt64Builder&>(builder).Append(static_cast<std::uint64_t>(number)));
    case arrow::Type::DOUBLE:
      return static_cast<void>(static_cast<arrow::DoubleBuilder&>(builder).Append(number));
    default:
      return static_cast<void>(builder.AppendEmptyValue());
  }
}

class Show : public testing::Test {
 protected:
  void TearDown() override { fs::remove(path_); }

  // Two rows. The first has `text` in every column of text and number 1 in every column of numbers; the second has null
  // where it may, and number 2.
  void write(const std::shared_ptr<arrow::Schema>& schema, const std::string& text) const {
    arrow::ArrayVector columns;
    for (const auto& field : schema->fields()) {
      auto builder = arrow::MakeBuilder(field->type()).ValueOrDie();
      append(*builder, *field, text, 1);
      append(*builder, *field, "", 2);
      columns.push_back(builder->Finish().ValueOrDie());
    }
    const auto metadata = arrow::key_value_metadata({"docmill.status"}, {"partial"});
    const auto table = arrow::Table::Make(schema->WithMetadata(metadata), columns, 2);
    const auto file = arrow::io::FileOutputStream::Open(path_.string()).ValueOrDie();
    const auto status = parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file, 1);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_TRUE(file->Close().ok());
  }
  std::string shown(std::optional<std::uint32_t> page_number = {}) {
    const auto file = opened(path_.string());
    if (!file) return "error: " + file.error().message;
    std::string text;
    const auto result =
        show({.name = path_.string(), .file = *file, .page_number = page_number}, [&](std::string_view piece) {
          text += piece;
          return true;
        });
    return result ? text : "error: " + result.error().message;
  }
  auto opened(const std::string& name) -> Result<std::shared_ptr<arrow::io::RandomAccessFile>> {
    return open_shown(name, stores_, MiB);
  }

  const std::unique_ptr<Clock> clock_ = make_system_clock();
  const std::unique_ptr<Random> random_ = make_system_random();
  aws::Connection connection_{{}, *clock_, *random_};
  Stores stores_{connection_, {}, *clock_, *random_};

  const fs::path path_ = fs::path(testing::TempDir()) /
                         (std::string("show_") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(Show, PrintsThePagesOfADocument) {
  write(table_of(TableId::pages).schema, "some text");
  const std::string text = shown();
  EXPECT_THAT(text, HasSubstr("some text\n  1 bytes, 1 page,"));
  EXPECT_THAT(text, HasSubstr("--- page 1 of 1, 1 x 1 pt, text: some text, confidence 1.0 ---\n"));
  EXPECT_THAT(text, HasSubstr("[error: some text (some text)]\nsome text\n"));
  EXPECT_THAT(text, HasSubstr("--- page 2 of 2, text:"));
}

TEST_F(Show, PrintsOnePage) {
  write(table_of(TableId::pages).schema, "x");
  EXPECT_THAT(shown(2), Not(HasSubstr("--- page 1")));
  EXPECT_THAT(shown(2), HasSubstr("--- page 2"));
  EXPECT_EQ(shown(3), "error: there is no page 3 in this file");
}

TEST_F(Show, PrintsTheDocumentsOfARun) {
  write(documents_table().schema, "y");
  EXPECT_THAT(shown(), HasSubstr("status    pages    ocr failed         ms  document\ny             1"));
  EXPECT_THAT(shown(1), HasSubstr("error: this is a table of documents"));
}

TEST_F(Show, EscapesWhatForeignTextWouldDoToATerminal) {
  for (const auto& schema : {table_of(TableId::pages).schema, documents_table().schema}) {
    write(schema, "a\x1b[2J\u202e");
    EXPECT_THAT(shown(), HasSubstr("a\\u{1B}[2J\\u{202E}"));
    EXPECT_THAT(shown(), Not(HasSubstr("\x1b")));
  }
}

TEST_F(Show, StopsWhenNobodyReads) {
  write(table_of(TableId::pages).schema, "x");
  int pieces = 0;
  EXPECT_TRUE(
      show({.name = "x", .file = opened(path_.string()).value()}, [&](std::string_view) { return ++pieces < 2; }));
  EXPECT_EQ(pieces, 2);
}

TEST_F(Show, NamesAFileThatIsNotThereOrNoParquet) {
  EXPECT_THAT(shown(), HasSubstr("error: there is no such file"));
  EXPECT_THAT(opened(testing::TempDir()).error().message, HasSubstr("this is a folder"));
  EXPECT_THAT(opened("gopher://x").error().message, HasSubstr("expected a folder, file:///PATH or s3://BUCKET/PREFIX"));
  std::ofstream(path_) << "%PDF-1.7 and some more bytes";
  EXPECT_THAT(shown(), HasSubstr("error: this is a document; docmill extract prints documents"));
  std::ofstream(path_) << "neither a document nor Parquet";
  EXPECT_THAT(shown(), HasSubstr("error: this is no Parquet file that can be read"));
}

TEST_F(Show, TakesTheUriThatASweepPrints) {
  write(table_of(TableId::pages).schema, "x");
  EXPECT_TRUE(opened("file://" + path_.string()));
}

TEST_F(Show, RefusesOtherTables) {
  write(arrow::schema({arrow::field("page_number", arrow::uint32())}), "");
  EXPECT_THAT(shown(), HasSubstr("none of docmill's tables"));
}

TEST_F(Show, AnswersDamageWithAnErrorOrWhatCanBeRead) {
  write(table_of(TableId::pages).schema, std::string(500, 'x'));
  std::ifstream original(path_, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(original), {}};
  for (std::size_t at = 4; at + 12 < bytes.size(); at += 31) {
    std::string damaged = bytes;
    damaged.replace(at, 4, "\xFF\xFF\xFF\xFF");
    std::ofstream(path_, std::ios::binary) << damaged;
    EXPECT_FALSE(shown().empty()) << at;
  }
}

}  // namespace
}  // namespace docmill
