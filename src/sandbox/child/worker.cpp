#include "sandbox/child/worker.h"

#include <arrow/buffer.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "extract/extract.h"
#include "sandbox/child/misbehaviour.h"
#include "sandbox/wire/frame.h"
#include "sandbox/wire/rows.h"

namespace docmill::child {
namespace {

iovec part_of(std::span<const std::byte> bytes) {
  return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

bool write_all(int fd, std::span<iovec> parts) {
  while (!parts.empty()) {
    const ssize_t wrote = ::writev(fd, parts.data(), static_cast<int>(parts.size()));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    for (auto left = static_cast<std::size_t>(wrote); !parts.empty();) {
      iovec& part = parts.front();
      const std::size_t of_part = std::min(left, part.iov_len);
      part = {.iov_base = static_cast<std::byte*>(part.iov_base) + of_part, .iov_len = part.iov_len - of_part};
      left -= of_part;
      if (part.iov_len > 0) break;
      parts = parts.subspan(1);
    }
  }
  return true;
}

/// Turns what extract() finds of one entry into frames.
class FrameSink final : public extract::Sink {
 public:
  FrameSink(FramePipe pipe, std::uint16_t entry, Outputs outputs, const std::optional<Error>& charged,
            wire::Progress& progress)
      : pipe_(pipe), entry_(entry), outputs_(outputs), charged_(charged), progress_(progress) {}

  bool document_opened(std::uint32_t page_count) override { return write(wire::FrameKind::opened, page_count, {}); }

  bool begin_page(std::uint32_t page_index) override {
    return progress_.claims.claim({.entry = entry_, .page = page_index});
  }

  void stage(std::uint32_t page_index, std::string_view name) override {
    progress_.entry = entry_;
    progress_.page_index = page_index;
    const std::size_t length = std::min(name.size(), progress_.stage.size() - 1);
    std::memcpy(progress_.stage.data(), name.data(), length);
    progress_.stage[length] = '\0';
  }

  /// A reader that is gone shows when the page is written.
  void ocr_decision(std::uint32_t page_index, OcrReason reason) override {
    write(wire::FrameKind::ocr_decision, page_index, std::as_bytes(std::span(&reason, 1)));
  }

  bool file(std::uint32_t page_index, const FileLabel& label, std::span<const std::byte> bytes) override {
    const auto what = static_cast<std::uint8_t>(label.output);
    while (!bytes.empty()) {
      const auto piece = bytes.first(std::min(bytes.size(), wire::file_piece_size_bytes_max));
      if (!write(header_of(wire::FrameKind::page_file, page_index, piece.size(), what), piece)) return false;
      bytes = bytes.subspan(piece.size());
    }
    const auto payload = wire::encode_file_end(label);
    return write(header_of(wire::FrameKind::file_end, page_index, payload.size(), what), payload);
  }

  bool page(PageRow row) override {
    if (charged_) {
      row.error_kind = charged_->kind;
      row.error_message = charged_->message;
      row.crops.clear();  // it is the error of each of them
    }
    for (const TableId table : table_ids) {
      if (table == TableId::pages || !outputs_.has_table(table)) continue;
      const auto message = wire::encode(*rows_of(row, table));
      const auto payload = std::as_bytes(std::span(message->data(), static_cast<std::size_t>(message->size())));
      write(header_of(wire::FrameKind::page_rows, row.page_index, payload.size(), static_cast<std::uint8_t>(table)),
            payload);
    }
    // Most pages are this row alone: one call of the system.
    const auto message = wire::encode(*rows_of(row, TableId::pages));
    const auto payload = std::as_bytes(std::span(message->data(), static_cast<std::size_t>(message->size())));
    const wire::FrameHeader header = header_of(wire::FrameKind::page_rows, row.page_index, payload.size());
    const wire::FrameHeader end = header_of(wire::FrameKind::page_end, row.page_index, 0);
    return write(
        {part_of(std::as_bytes(std::span(&header, 1))), part_of(payload), part_of(std::as_bytes(std::span(&end, 1)))});
  }

  bool page_needs_ocr(std::uint32_t page_index) override {
    return write(wire::FrameKind::page_needs_ocr, page_index, {});
  }

#ifdef DOCMILL_TESTING
  void misbehave(std::string_view action, std::string_view argument) override {
    child::misbehave(pipe_.fd, entry_, progress_.page_index, action, argument);
  }
#endif

  bool entry_end(const Result<void>& result) {
    const std::string payload = result ? "" : wire::encode_error(result.error());
    return write(wire::FrameKind::entry_end, 0, std::as_bytes(std::span(payload)));
  }

 private:
  wire::FrameHeader header_of(wire::FrameKind kind, std::uint32_t number, std::size_t size_bytes,
                              std::uint8_t what = 0) const {
    return {.entry = entry_,
            .kind = kind,
            .what = what,
            .number = number,
            .length = static_cast<std::uint32_t>(size_bytes)};
  }

  bool write(wire::FrameKind kind, std::uint32_t number, std::span<const std::byte> payload) {
    return write(header_of(kind, number, payload.size()), payload);
  }

  bool write(const wire::FrameHeader& header, std::span<const std::byte> payload) {
    return write({part_of(std::as_bytes(std::span(&header, 1))), part_of(payload), {}});
  }

  bool write(std::array<iovec, 3> parts) {
    reading_ = reading_ && write_all(pipe_.fd, parts);
    return reading_;
  }

  FramePipe pipe_;
  std::uint16_t entry_;
  Outputs outputs_;
  const std::optional<Error>& charged_;
  wire::Progress& progress_;
  bool reading_ = true;
};

}  // namespace

bool run_work_list(const wire::WorkList& list, std::span<const std::span<const std::byte>> documents,
                   bool recogniser_available, FramePipe pipe, wire::Progress& progress) {
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    const wire::WorkEntry& entry = list.entries[i];
    const extract::Options options{.recipe = list.recipe,
                                   .pages = {.first = entry.page_first, .count = entry.page_count},
                                   .recogniser_available = recogniser_available,
                                   .safe_profile = entry.safe_profile,
                                   .draw_boxes = list.draw_boxes,
                                   .without_structure = entry.without_structure,
                                   .passwords = list.passwords};
    if (!progress.claims.claim({.entry = static_cast<std::uint32_t>(i), .page = entry.page_first})) return true;
    FrameSink sink(pipe, static_cast<std::uint16_t>(i), list.recipe.outputs, entry.charged, progress);
    sink.stage(entry.page_first, "load");
    if (!sink.entry_end(extract::extract(documents[i], options, sink))) return false;
  }
  return true;
}

}  // namespace docmill::child
