#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <utility>

#include "sandbox/wire/frame.h"

namespace docmill::wire {
namespace {

std::string frame_of(FrameHeader header, std::string_view payload) {
  header.length = static_cast<std::uint32_t>(payload.size());
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + std::string(payload);
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(FrameReader, CutsFramesOutOfBytesThatComeOneByOne) {
  const std::string stream = frame_of({.kind = FrameKind::opened, .number = 7}, "") +
                             frame_of({.entry = 3, .kind = FrameKind::page_rows, .number = 1}, "a row") +
                             frame_of({.entry = 3, .kind = FrameKind::page_end, .number = 1}, "");
  FrameReader reader(100);
  std::vector<std::pair<FrameKind, std::string>> seen;
  for (const char& byte : stream) {
    reader.append(bytes_of({&byte, 1}));
    const auto frame = reader.next();
    ASSERT_TRUE(frame);
    if (*frame) seen.emplace_back((*frame)->header.kind, text_of((*frame)->payload));
  }
  EXPECT_EQ(seen, (std::vector<std::pair<FrameKind, std::string>>{
                      {FrameKind::opened, ""}, {FrameKind::page_rows, "a row"}, {FrameKind::page_end, ""}}));
}

TEST(FrameReader, GivesSeveralFramesOfOneRead) {
  std::string stream;
  for (std::uint32_t page = 0; page < 1000; ++page)
    stream += frame_of({.kind = FrameKind::page_needs_ocr, .number = page}, std::string(page % 5, 'x'));
  FrameReader reader(100);
  reader.append(bytes_of(stream));
  for (std::uint32_t page = 0; page < 1000; ++page) {
    const auto frame = reader.next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->header.number, page);
    EXPECT_EQ((*frame)->payload.size(), page % 5);
  }
  EXPECT_FALSE(*reader.next());
}

TEST(FrameReader, TakesAPayloadAsLargeAsItsCapAndNoLarger) {
  FrameReader exact(5);
  exact.append(bytes_of(frame_of({.kind = FrameKind::page_rows}, "12345")));
  EXPECT_TRUE(exact.next() && true);
  FrameReader over(4);
  // Before its payload is there: nothing is buffered for it.
  over.append(bytes_of(frame_of({.kind = FrameKind::page_rows}, "12345")).first(sizeof(FrameHeader)));
  const auto refused = over.next();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_child_output);
}

TEST(FrameReader, RefusesHeadersThatNoChildWrites) {
  for (const FrameHeader& header :
       {FrameHeader{.magic = 0, .kind = FrameKind::opened}, FrameHeader{.kind = FrameKind{0}},
        FrameHeader{.kind = FrameKind{9}}, FrameHeader{.kind = FrameKind{255}},
        FrameHeader{.kind = FrameKind::opened, .what = 1},
        FrameHeader{.kind = FrameKind::page_rows, .what = table_ids.size()},
        FrameHeader{.kind = FrameKind::page_file, .what = output_ids.size()}}) {
    FrameReader reader(100);
    reader.append(bytes_of(frame_of(header, "")));
    const auto frame = reader.next();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().kind, ErrorKind::bad_child_output);
  }
}

TEST(FrameReader, RandomBytesAreAnErrorOrWaitForMore) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string stream(random() % 64, '\0');
    for (char& byte : stream) byte = static_cast<char>(random());
    if (round % 2 == 0 && stream.size() >= 4) std::memcpy(stream.data(), &FrameHeader::frame_magic, 4);
    FrameReader reader(1 << 20);
    reader.append(bytes_of(stream));
    for (int frames = 0; frames < 8; ++frames) {
      const auto frame = reader.next();
      if (!frame) {
        EXPECT_EQ(frame.error().kind, ErrorKind::bad_child_output);
      }
      if (!frame || !*frame) break;
      EXPECT_LE((*frame)->payload.size(), stream.size());
    }
  }
}

TEST(FrameReader, AReasonForOcrIsOneKnownByte) {
  const auto reason = decode_ocr_reason(bytes_of("\x03"));
  ASSERT_TRUE(reason);
  EXPECT_EQ(*reason, OcrReason::ink);
  for (const std::string& payload : {std::string(), std::string(1, '\0'), std::string("\x7f"), std::string("\x03\x03")})
    EXPECT_FALSE(decode_ocr_reason(bytes_of(payload))) << payload.size();
}

TEST(FrameError, GoesThereAndBack) {
  const auto back = decode_error(bytes_of(encode_error({ErrorKind::encrypted, "subject", "no password opens \u00fc"})));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->kind, ErrorKind::encrypted);
  EXPECT_EQ(back->message, "no password opens \u00fc");
  EXPECT_TRUE(back->subject.empty());
}

TEST(FrameError, KindThatIsNoneIsBadOutput) {
  EXPECT_FALSE(decode_error({}));
  for (int kind = error_kind_count; kind < 256; ++kind)
    EXPECT_EQ(decode_error(bytes_of(std::string(1, static_cast<char>(kind)))).error().kind,
              ErrorKind::bad_child_output);
}

// `unavailable` from a document would end the whole run.
TEST(FrameError, KindThatIsNotADocumentsFaultIsBadOutput) {
  for (int i = 0; i < error_kind_count; ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const bool of_document =
        class_of(kind) == ErrorClass::document_for_good || class_of(kind) == ErrorClass::document_perhaps;
    EXPECT_EQ(decode_error(bytes_of(encode_error({kind, "", "m"}))).has_value(), of_document) << name_of(kind);
  }
}

TEST(FrameError, MessageThatIsNoSentenceIsBadOutput) {
  EXPECT_TRUE(decode_error(bytes_of(encode_error({ErrorKind::corrupt, "", std::string(4096, 'x')}))));
  EXPECT_FALSE(decode_error(bytes_of(encode_error({ErrorKind::corrupt, "", std::string(4097, 'x')}))));
  EXPECT_FALSE(decode_error(bytes_of(encode_error({ErrorKind::corrupt, "", "\xff\xfe"}))));
}

TEST(FrameReader, RefusesPiecesOfFilesThatNoChildMakesSoLarge) {
  const std::string piece(file_piece_size_bytes_max + 1, 'x');
  FrameReader reader(2 * piece.size());
  reader.append(bytes_of(frame_of({.kind = FrameKind::page_file}, piece)));
  EXPECT_FALSE(reader.next());
}

TEST(FileKinds, AreTheKindsThatThereAre) {
  EXPECT_EQ(decode_file_end(OutputId::crops, encode_file_end({.kind = FileKind::webp, .item = 258}))->item, 258);
  for (const std::string_view payload : {std::string_view(), std::string_view("\4"), std::string_view("\0\0", 2)})
    EXPECT_EQ(decode_file_end(OutputId::crops, bytes_of(payload)).error().kind, ErrorKind::bad_child_output);
}

// The first bytes of files as their specifications give them.
TEST(FileKinds, AreToldByTheirFirstBytes) {
  const auto is = [](FileKind kind, std::string_view bytes) {
    return looks_like(kind, make_blob(bytes_of(bytes)).value());
  };
  using namespace std::string_view_literals;
  EXPECT_TRUE(is(FileKind::webp, "RIFF\x06\0\0\0WEBPVP"sv));
  EXPECT_FALSE(is(FileKind::webp, "RIFF\x07\0\0\0WEBPVP"sv)) << "another size than it says";
  EXPECT_FALSE(is(FileKind::webp, "RIFF\x06\0\0\0WAVEfm"sv));
  EXPECT_FALSE(is(FileKind::webp, "RIFF"sv));
  EXPECT_TRUE(is(FileKind::png, "\x89PNG\r\n\x1a\n....."sv));
  EXPECT_FALSE(is(FileKind::png, "\xff\xd8\xff....."sv));
  EXPECT_TRUE(is(FileKind::jpeg, "\xff\xd8\xff....."sv));
  EXPECT_FALSE(is(FileKind::jpeg, ""sv));
}

}  // namespace
}  // namespace docmill::wire
