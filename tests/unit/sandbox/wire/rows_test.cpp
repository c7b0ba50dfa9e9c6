#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "sandbox/wire/rows.h"

namespace docmill::wire {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

PageRow sample() {
  return {.page_index = 41,
          .text = "Gr\u00fc\u00dfe\nvon Seite 42",
          .text_source = TextSource::mixed,
          .text_trust = 0.75,
          .ocr_confidence = 87.5,
          .width_pt = 612,
          .height_pt = 792,
          .rotation_deg = 90,
          .warnings = {"dpi_reduced", "form_text"},
          .error_kind = ErrorKind::limit_pixels,
          .error_message = "too large"};
}

std::shared_ptr<arrow::RecordBatch> row_of(const PageRow& page) { return rows_of(page, TableId::pages); }

std::string message_of(const PageRow& page) { return encode(*row_of(page))->ToString(); }

Result<std::shared_ptr<arrow::RecordBatch>> decode_page(std::span<const std::byte> message, std::uint32_t page_index) {
  return decode_rows(message, TableId::pages, page_index);
}

const std::shared_ptr<arrow::Schema>& page_schema() { return table_of(TableId::pages).child_schema; }

std::string message_of(const arrow::RecordBatch& batch,
                       const arrow::ipc::IpcWriteOptions& options = arrow::ipc::IpcWriteOptions::Defaults()) {
  return arrow::ipc::SerializeRecordBatch(batch, options).ValueOrDie()->ToString();
}

void expect_bad(std::string_view message, std::uint32_t page = 41, TableId table = TableId::pages) {
  const auto rows = decode_rows(bytes_of(message), table, page);
  const auto summary = rows && table == TableId::pages ? summary_of(**rows) : PageSummary{};
  ASSERT_FALSE(rows && summary);
  EXPECT_EQ((rows ? summary.error() : rows.error()).kind, ErrorKind::bad_child_output);
}

/// The sample's batch with one column changed.
std::shared_ptr<arrow::RecordBatch> sample_with(const char* name, const std::shared_ptr<arrow::Array>& value) {
  const auto batch = row_of(sample());
  const int place = batch->schema()->GetFieldIndex(name);
  return batch->SetColumn(place, batch->schema()->field(place), value).ValueOrDie();
}

std::shared_ptr<arrow::Array> text_array(const std::optional<std::string>& value) {
  arrow::StringBuilder builder;
  EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  return builder.Finish().ValueOrDie();
}

TEST(PageRowMessage, GoesThereAndBack) {
  const auto page = decode_page(bytes_of(message_of(sample())), 41);
  ASSERT_TRUE(page) << page.error().text();
  const auto summary = summary_of(**page).value();
  EXPECT_EQ(summary.text_source, TextSource::mixed);
  EXPECT_EQ(summary.error->kind, ErrorKind::limit_pixels);
  EXPECT_EQ(summary.error->message, "too large");
  EXPECT_EQ(summary.warned.count(), 0U) << "none of its warnings is counted";
  EXPECT_TRUE((*page)->Equals(*row_of(sample())));
}

TEST(PageRowMessage, OutlivesTheBytesItCameIn) {
  std::string message = message_of(sample());
  const auto page = decode_page(bytes_of(message), 41);
  ASSERT_TRUE(page);
  std::ranges::fill(message, '\xff');
  EXPECT_TRUE((*page)->Equals(*row_of(sample())));
}

// Whatever a child writes over one byte: a row that is valid throughout, or bad output.
TEST(PageRowMessage, EveryChangedByteGivesAValidRowOrBadOutput) {
  const std::string message = message_of(sample());
  for (std::size_t place = 0; place < message.size(); ++place)
    for (const unsigned char change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
      std::string changed = message;
      changed[place] = static_cast<char>(static_cast<unsigned char>(changed[place]) ^ change);
      const auto page = decode_page(bytes_of(changed), 41);
      if (!page) {
        ASSERT_EQ(page.error().kind, ErrorKind::bad_child_output);
        continue;
      }
      ASSERT_TRUE((*page)->ValidateFull().ok()) << place;
      ASSERT_TRUE((*page)->schema()->Equals(*page_schema())) << place;
      ASSERT_EQ((*page)->num_rows(), 1) << place;
    }
}

TEST(PageRowMessage, EveryTruncationIsBadOutput) {
  const std::string message = message_of(sample());
  for (std::size_t length = 0; length < message.size(); ++length) {
    const auto page = decode_page(bytes_of(std::string_view(message).substr(0, length)), 41);
    // Nothing but padding at its end can be missed.
    if (page) {
      EXPECT_TRUE((*page)->Equals(*row_of(sample()))) << length;
    }
    if (length + 8 < message.size()) {
      EXPECT_FALSE(page) << length;
    }
  }
}

TEST(PageRowMessage, RowOfAnotherPageIsBadOutput) {
  expect_bad(message_of(sample()), 40);
  expect_bad(message_of(sample()), 42);
}

TEST(PageRowMessage, AnotherSchemaIsBadOutput) {
  const auto batch = row_of(sample());
  expect_bad(message_of(*batch->RemoveColumn(0).ValueOrDie()));
  expect_bad(message_of(*arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{})));
  arrow::Int64Builder number;
  ASSERT_TRUE(number.Append(42).ok());
  expect_bad(message_of(*arrow::RecordBatch::Make(arrow::schema({arrow::field("page_number", arrow::int64())}), 1,
                                                  {number.Finish().ValueOrDie()})));
}

TEST(PageRowMessage, TwoRowsOrNoneAreBadOutput) {
  const auto batch = row_of(sample());
  const auto table = arrow::Table::FromRecordBatches({batch, batch}).ValueOrDie()->CombineChunks().ValueOrDie();
  expect_bad(message_of(*arrow::TableBatchReader(*table).Next().ValueOrDie()));
  expect_bad(message_of(*batch->Slice(0, 0)));
}

TEST(PageRowMessage, CompressedBodyIsBadOutput) {
  PageRow row = sample();
  row.text = std::string(100'000, 'x');
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.codec = arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME).ValueOrDie();
  expect_bad(message_of(*row_of(row), options));
}

TEST(PageRowMessage, SchemaAndDictionaryMessagesAreBadOutput) {
  expect_bad(arrow::ipc::SerializeSchema(*page_schema()).ValueOrDie()->ToString());
  // A stream's second message is the dictionary of its first column.
  arrow::StringDictionary32Builder builder;
  ASSERT_TRUE(builder.Append("a").ok());
  const auto column = builder.Finish().ValueOrDie();
  const auto batch = arrow::RecordBatch::Make(arrow::schema({arrow::field("text", column->type())}), 1, {column});
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto writer = arrow::ipc::MakeStreamWriter(sink, batch->schema()).ValueOrDie();
  ASSERT_TRUE(writer->WriteRecordBatch(*batch).ok());
  const auto stream = sink->Finish().ValueOrDie();
  arrow::io::BufferReader reader(stream);
  ASSERT_TRUE(arrow::ipc::ReadMessage(&reader).ok());
  const auto second = arrow::ipc::ReadMessage(&reader).ValueOrDie();
  ASSERT_EQ(second->type(), arrow::ipc::MessageType::DICTIONARY_BATCH);
  const auto copy = arrow::io::BufferOutputStream::Create().ValueOrDie();
  std::int64_t length = 0;
  ASSERT_TRUE(second->SerializeTo(copy.get(), arrow::ipc::IpcWriteOptions::Defaults(), &length).ok());
  expect_bad(copy->Finish().ValueOrDie()->ToString());
}

TEST(PageRowMessage, CustomMetadataIsBadOutput) {
  const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const auto batch = row_of(sample());
  const auto writer = arrow::ipc::MakeStreamWriter(sink, batch->schema()).ValueOrDie();
  ASSERT_TRUE(writer->WriteRecordBatch(*batch, arrow::key_value_metadata({"key"}, {"value"})).ok());
  const auto stream = sink->Finish().ValueOrDie();
  arrow::io::BufferReader reader(stream);
  ASSERT_TRUE(arrow::ipc::ReadMessage(&reader).ok());
  const std::int64_t start = reader.Tell().ValueOrDie();
  expect_bad(stream->ToString().substr(static_cast<std::size_t>(start)));
}

TEST(PageRowMessage, TextThatIsNotUtf8IsBadOutput) {
  expect_bad(message_of(*sample_with("text", text_array("\xff\xfe"))));
  expect_bad(message_of(*sample_with("error_message", text_array("\xc3("))));
}

TEST(PageRowMessage, NullWhereNoneMayBeIsBadOutput) {
  expect_bad(message_of(*sample_with("text", text_array(std::nullopt))));
  expect_bad(message_of(*sample_with("text_source", text_array(std::nullopt))));
}

TEST(PageRowMessage, WordsThatDocmillDoesNotWriteAreBadOutput) {
  expect_bad(message_of(*sample_with("text_source", text_array("guessed"))));
  expect_bad(message_of(*sample_with("error_kind", text_array("tired"))));
}

TEST(PageRowMessage, CountsTheWarningsThatASummaryCounts) {
  PageRow page = sample();
  page.warnings = {"hidden_text", "form_text", "unread_text"};
  const auto summary = summary_of(**decode_page(bytes_of(message_of(page)), 41)).value();
  for (std::size_t i = 0; i < warning::counted.size(); ++i)
    EXPECT_EQ(summary.warned[i], warning::counted[i] == "hidden_text" || warning::counted[i] == "unread_text");
}

PageRow page_of_words() {
  PageRow page = sample();
  page.words = {{.text = "Gr\u00fc\u00dfe", .box = {.left = 10, .top = 20, .right = 30.456, .bottom = 32}},
                {.text = "42",
                 .box = {.left = 1, .top = 2, .right = 3, .bottom = 4},
                 .confidence = 87.5,
                 .source = WordSource::ocr}};
  return page;
}

TEST(WordRowsMessage, GoesThereAndBack) {
  const auto message = encode(*rows_of(page_of_words(), TableId::words))->ToString();
  const auto rows = decode_rows(bytes_of(message), TableId::words, 41);
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ((*rows)->num_rows(), 2);
  const auto value = [&](const char* column, std::int64_t row) {
    return (*rows)->GetColumnByName(column)->GetScalar(row).ValueOrDie()->ToString();
  };
  EXPECT_EQ(value("word", 0), "Gr\u00fc\u00dfe");
  EXPECT_EQ(value("right_pt", 0), "30.46");
  EXPECT_EQ(value("source", 0), "native");
  EXPECT_EQ(value("confidence", 0), "null");
  EXPECT_EQ(value("source", 1), "ocr");
  EXPECT_EQ(value("confidence", 1), "87.5");
}

TEST(WordRowsMessage, APageWithoutWordsHasNoRows) {
  const auto message = encode(*rows_of(sample(), TableId::words))->ToString();
  EXPECT_EQ(decode_rows(bytes_of(message), TableId::words, 41).value()->num_rows(), 0);
}

TEST(WordRowsMessage, RowsOfAnotherPageTableOrValueAreBadOutput) {
  const auto batch = rows_of(page_of_words(), TableId::words);
  expect_bad(message_of(*batch), 42, TableId::words);
  expect_bad(message_of(*batch), 41, TableId::pages);
  expect_bad(message_of(sample()), 41, TableId::words);
  arrow::StringBuilder sources;
  ASSERT_TRUE(sources.AppendValues({"native", "guessed"}).ok());
  const int place = batch->schema()->GetFieldIndex("source");
  expect_bad(
      message_of(*batch->SetColumn(place, batch->schema()->field(place), sources.Finish().ValueOrDie()).ValueOrDie()),
      41, TableId::words);
}

}  // namespace
}  // namespace docmill::wire
