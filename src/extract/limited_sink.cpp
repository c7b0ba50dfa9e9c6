#include "extract/limited_sink.h"

#include <fmt/format.h>

#include "extract/reading.h"

namespace docmill::extract {
namespace {

/// What the codes take as rows of a table.
std::uint64_t table_size_bytes(std::span<const PageCode> codes) {
  constexpr std::uint64_t row_size_bytes = 256;  // corners, box, names, offsets
  std::uint64_t size_bytes = 0;
  for (const PageCode& code : codes)
    size_bytes += row_size_bytes + code.content.text.size() + code.content.bytes.size();
  return size_bytes;
}

/// What the words take as rows of a table.
std::uint64_t table_size_bytes(const PageRow& row) {
  constexpr std::uint64_t row_size_bytes = 112;  // page, box, confidence, source, style, line and block, offsets
  std::uint64_t size_bytes = 0;
  for (const PageWord& word : row.words)
    size_bytes += row_size_bytes + word.text.size() + (word.style ? row.styles.at(*word.style).font_name.size() : 0);
  return size_bytes;
}

std::uint64_t table_size_bytes(std::span<const PageLink> links) {
  constexpr std::uint64_t row_size_bytes = 96;
  std::uint64_t size_bytes = 0;
  for (const PageLink& link : links)
    size_bytes += row_size_bytes + link.text.size() + (link.target ? link.target->size() : 0);
  return size_bytes;
}

}  // namespace

bool LimitedSink::page(PageRow row) {
  if (stopped_) return false;
  if (row.text.size() > output_size_bytes_max_) {
    row.error_kind = ErrorKind::limit_output;
    row.error_message = fmt::format("{} bytes of text, {} are allowed", row.text.size(), output_size_bytes_max_);
    row.text.clear();
    row.text_source = TextSource::none;
    row.ocr_confidence.reset();
    row.words.clear();
  }
  if (table_size_bytes(row) > output_size_bytes_max_) {
    row.words.clear();
    warn(row, warning::words_missing);
  }
  if (table_size_bytes(row.links) > output_size_bytes_max_) {
    row.links.clear();
    warn(row, warning::links_missing);
  }
  if (table_size_bytes(row.codes) > output_size_bytes_max_) {
    row.codes.clear();
    warn_once(row, warning::codes_missing);
  }
  return sink_.page(std::move(row));
}

}  // namespace docmill::extract
