#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/api.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "document/schemas.h"
#include "sandbox/wire/page_row.h"

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

std::string message_of(const PageRow& row) { return encode(row)->ToString(); }

std::string message_of(const arrow::RecordBatch& batch,
                       const arrow::ipc::IpcWriteOptions& options = arrow::ipc::IpcWriteOptions::Defaults()) {
  return arrow::ipc::SerializeRecordBatch(batch, options).ValueOrDie()->ToString();
}

void expect_bad(std::string_view message, std::uint32_t page = 41) {
  const auto row = decode_page_row(bytes_of(message), page);
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().kind, ErrorKind::bad_child_output);
}

/// The sample's batch with one column changed.
std::shared_ptr<arrow::RecordBatch> sample_with(const char* name, const std::shared_ptr<arrow::Array>& value) {
  const auto batch = to_record_batch(sample());
  const int place = batch->schema()->GetFieldIndex(name);
  return batch->SetColumn(place, batch->schema()->field(place), value).ValueOrDie();
}

std::shared_ptr<arrow::Array> text_array(const std::optional<std::string>& value) {
  arrow::StringBuilder builder;
  EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  return builder.Finish().ValueOrDie();
}

TEST(PageRowMessage, GoesThereAndBack) {
  const auto page = decode_page_row(bytes_of(message_of(sample())), 41);
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(page->page_index, 41U);
  EXPECT_EQ(page->text_source, TextSource::mixed);
  EXPECT_EQ(page->error_kind, ErrorKind::limit_pixels);
  EXPECT_TRUE(page->row->Equals(*to_record_batch(sample())));
}

TEST(PageRowMessage, OutlivesTheBytesItCameIn) {
  std::string message = message_of(sample());
  const auto page = decode_page_row(bytes_of(message), 41);
  ASSERT_TRUE(page);
  std::ranges::fill(message, '\xff');
  EXPECT_TRUE(page->row->Equals(*to_record_batch(sample())));
}

// Whatever a child writes over one byte: a row that is valid throughout, or bad output.
TEST(PageRowMessage, EveryChangedByteGivesAValidRowOrBadOutput) {
  const std::string message = message_of(sample());
  for (std::size_t place = 0; place < message.size(); ++place)
    for (const unsigned char change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
      std::string changed = message;
      changed[place] = static_cast<char>(static_cast<unsigned char>(changed[place]) ^ change);
      const auto page = decode_page_row(bytes_of(changed), 41);
      if (!page) {
        ASSERT_EQ(page.error().kind, ErrorKind::bad_child_output);
        continue;
      }
      ASSERT_TRUE(page->row->ValidateFull().ok()) << place;
      ASSERT_TRUE(page->row->schema()->Equals(*page_content_schema())) << place;
      ASSERT_EQ(page->row->num_rows(), 1) << place;
    }
}

TEST(PageRowMessage, EveryTruncationIsBadOutput) {
  const std::string message = message_of(sample());
  for (std::size_t length = 0; length < message.size(); ++length) {
    const auto page = decode_page_row(bytes_of(std::string_view(message).substr(0, length)), 41);
    // Nothing but padding at its end can be missed.
    if (page) {
      EXPECT_TRUE(page->row->Equals(*to_record_batch(sample()))) << length;
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
  const auto batch = to_record_batch(sample());
  expect_bad(message_of(*batch->RemoveColumn(0).ValueOrDie()));
  expect_bad(message_of(*arrow::RecordBatch::Make(arrow::schema({}), 1, arrow::ArrayVector{})));
  arrow::Int64Builder number;
  ASSERT_TRUE(number.Append(42).ok());
  expect_bad(message_of(*arrow::RecordBatch::Make(arrow::schema({arrow::field("page_number", arrow::int64())}), 1,
                                                  {number.Finish().ValueOrDie()})));
}

TEST(PageRowMessage, TwoRowsOrNoneAreBadOutput) {
  const auto batch = to_record_batch(sample());
  const auto table = arrow::Table::FromRecordBatches({batch, batch}).ValueOrDie()->CombineChunks().ValueOrDie();
  expect_bad(message_of(*arrow::TableBatchReader(*table).Next().ValueOrDie()));
  expect_bad(message_of(*batch->Slice(0, 0)));
}

TEST(PageRowMessage, CompressedBodyIsBadOutput) {
  PageRow row = sample();
  row.text = std::string(100'000, 'x');
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.codec = arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME).ValueOrDie();
  expect_bad(message_of(*to_record_batch(row), options));
}

TEST(PageRowMessage, SchemaAndDictionaryMessagesAreBadOutput) {
  expect_bad(arrow::ipc::SerializeSchema(*page_content_schema()).ValueOrDie()->ToString());
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
  const auto batch = to_record_batch(sample());
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

}  // namespace
}  // namespace docmill::wire
