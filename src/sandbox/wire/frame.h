// Frames: what an extraction child writes into its pipe, and what the parent believes of it.
//
// Of each entry of its work list, in order, a child writes: `opened` once, then for each page of the entry's range in
// order either `page_file` and `file_end` for each file, `page_rows` for each table that is asked for, and `page_end`;
// or `page_needs_ocr`, with an `ocr_decision` before them where there was one to make; then `entry_end`. An entry that
// cannot be opened has `entry_end` alone, with the error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/blob.h"
#include "base/error.h"
#include "document/ocr_reason.h"
#include "document/page.h"

namespace docmill::wire {

enum class FrameKind : std::uint8_t {
  opened = 1,
  page_rows = 2,
  page_end = 3,
  page_needs_ocr = 4,
  entry_end = 5,
  ocr_decision = 6,
  page_file = 7,
  file_end = 8,
};

/// As it stands in the pipe: native byte order, both ends run on one machine.
struct FrameHeader {
  std::uint32_t magic = frame_magic;
  std::uint16_t entry = 0;  // index into the work list
  FrameKind kind{};
  std::uint8_t what = 0;     // page_rows: the TableId; page_file, file_end: the OutputId; else 0
  std::uint32_t number = 0;  // opened: pages of the document; entry_end: 0; else the page index
  std::uint32_t length = 0;  // bytes of payload: page_rows: one Arrow IPC record batch message; entry_end: empty, or
                             // the error as kind byte, then message; ocr_decision: the OcrReason as a byte;
                             // page_file: the next bytes of the file, file_end: encode_file_end()

  static constexpr std::uint32_t frame_magic = 0x314d4344;  // "DCM1"
};
static_assert(sizeof(FrameHeader) == 16);

struct Frame {
  FrameHeader header;
  std::span<const std::byte> payload;  // of the reader's buffer, until its next call
};

/// Cuts a child's byte stream into frames. Takes any bytes: a header that no child of ours writes, or a payload over
/// the cap, is bad_child_output. Buffers at most one frame and one read.
class FrameReader {
 public:
  explicit FrameReader(std::size_t payload_size_bytes_max) : payload_size_bytes_max_(payload_size_bytes_max) {}
  void append(std::span<const std::byte> bytes);
  /// The next whole frame; nothing when more bytes are needed.
  Result<std::optional<Frame>> next();

 private:
  std::size_t payload_size_bytes_max_;
  std::vector<std::byte> buffer_;
  std::size_t consumed_ = 0;
};

/// The payload of ocr_decision. bad_child_output: no reason, or one that does not exist.
Result<OcrReason> decode_ocr_reason(std::span<const std::byte> payload);

/// What a child is doing while it reads the structure of a document, with its first page: Progress::stage.
inline constexpr std::string_view structure_stage = "structure";

/// A file comes in pieces of at most this.
inline constexpr std::size_t file_piece_size_bytes_max = std::size_t{256} * 1024;

/// The payload of file_end: FileLabel::kind as a byte, then FileLabel::item. bad_child_output: a kind that does not
/// exist, another length.
std::array<std::byte, 5> encode_file_end(const FileLabel& label);
Result<FileLabel> decode_file_end(OutputId output, std::span<const std::byte> payload);

/// Whether the bytes begin as files of the kind do, and, where the format says so, are as many as it says. No more is
/// looked at: the parent decodes nothing.
bool looks_like(FileKind kind, const Blob& bytes);

/// An error message is a sentence; a child that sends more means harm.
inline constexpr std::size_t error_message_size_bytes_max = 4096;

/// The payload of entry_end, and back. bad_child_output: an unknown kind, one that is not a document's own fault (of
/// the place, say), a message that is too long or not UTF-8.
std::string encode_error(const Error& error);
Result<Error> decode_error(std::span<const std::byte> payload);

}  // namespace docmill::wire
