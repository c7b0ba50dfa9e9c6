#include "sandbox/wire/frame.h"

#include <array>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "document/outputs.h"
#include "document/tables.h"

namespace docmill::wire {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorKind::bad_child_output, "extraction child", std::move(message));
}

bool is_known(const FrameHeader& header) {
  if (header.magic != FrameHeader::frame_magic) return false;
  switch (header.kind) {
    case FrameKind::page_rows:
      return header.what < table_ids.size();
    case FrameKind::page_file:
      return header.what < output_ids.size() && header.length <= file_piece_size_bytes_max;
    case FrameKind::file_end:
      return header.what < output_ids.size();
    case FrameKind::opened:
    case FrameKind::page_end:
    case FrameKind::page_needs_ocr:
    case FrameKind::entry_end:
    case FrameKind::ocr_decision:
      return header.what == 0;
  }
  return false;
}

/// What a document may be at fault of. An error of the place would be believed of the whole run, so no child names one.
bool is_of_document(ErrorKind kind) {
  const ErrorClass its_class = class_of(kind);
  return its_class == ErrorClass::document_for_good || its_class == ErrorClass::document_perhaps;
}

}  // namespace

void FrameReader::append(std::span<const std::byte> bytes) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>> FrameReader::next() {
  const std::span<const std::byte> rest = std::span(buffer_).subspan(consumed_);
  Frame frame;
  if (rest.size() < sizeof frame.header) return std::nullopt;
  std::memcpy(&frame.header, rest.data(), sizeof frame.header);
  if (!is_known(frame.header)) return bad("a frame header that docmill-extract does not write");
  if (frame.header.length > payload_size_bytes_max_)
    return bad("a frame of " + std::to_string(frame.header.length) + " bytes; the limit is " +
               std::to_string(payload_size_bytes_max_));
  const std::size_t whole = sizeof frame.header + frame.header.length;
  if (rest.size() < whole) return std::nullopt;
  frame.payload = rest.subspan(sizeof frame.header, frame.header.length);
  consumed_ += whole;
  return frame;
}

Result<OcrReason> decode_ocr_reason(std::span<const std::byte> payload) {
  const auto reason = payload.size() == 1 ? ocr_reason_from(std::to_integer<std::uint8_t>(payload[0])) : std::nullopt;
  if (!reason) return bad("an unknown reason for OCR");
  return *reason;
}

std::array<std::byte, 5> encode_file_end(const FileLabel& label) {
  std::array<std::byte, 5> payload{static_cast<std::byte>(label.kind)};
  std::memcpy(payload.data() + 1, &label.item, sizeof label.item);
  return payload;
}

Result<FileLabel> decode_file_end(OutputId output, std::span<const std::byte> payload) {
  FileLabel label{.output = output};
  if (payload.size() != 1 + sizeof label.item || std::to_integer<std::size_t>(payload[0]) >= file_kinds.size())
    return bad("an unknown kind of file");
  label.kind = static_cast<FileKind>(payload[0]);
  std::memcpy(&label.item, payload.data() + 1, sizeof label.item);
  return label;
}

bool looks_like(FileKind kind, const Blob& bytes) {
  std::array<std::byte, 12> start{};
  const std::size_t got = bytes.read(0, start);
  const std::string_view text(reinterpret_cast<const char*>(start.data()), got);
  switch (kind) {
    case FileKind::webp: {  // developers.google.com/speed/webp/docs/riff_container: "RIFF", size, "WEBP"
      if (got < start.size() || !text.starts_with("RIFF") || !text.ends_with("WEBP")) return false;
      std::uint32_t size = 0;
      std::memcpy(&size, start.data() + 4, sizeof size);
      return bytes.size_bytes() == std::uint64_t{size} + 8;
    }
    case FileKind::png:
      return text.starts_with("\x89PNG\r\n\x1a\n");
    case FileKind::jpeg:
      return text.starts_with("\xff\xd8\xff");
    case FileKind::json:
      return text.starts_with('{');
  }
  return false;
}

std::string encode_error(const Error& error) {
  std::string payload(1, static_cast<char>(std::to_underlying(error.kind)));
  return payload + error.message;
}

Result<Error> decode_error(std::span<const std::byte> payload) {
  if (payload.empty() || std::to_integer<int>(payload[0]) >= error_kind_count) return bad("an unknown error kind");
  const auto kind = static_cast<ErrorKind>(payload[0]);
  if (!is_of_document(kind)) return bad("an error that is not a document's");
  const std::string_view message(reinterpret_cast<const char*>(payload.data()) + 1, payload.size() - 1);
  if (message.size() > error_message_size_bytes_max || !is_utf8(message))
    return bad("an error message that is too long, or no UTF-8");
  return Error{kind, "", std::string(message)};
}

}  // namespace docmill::wire
