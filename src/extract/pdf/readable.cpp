#include "extract/pdf/readable.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "document/format.h"

namespace docmill::pdf {
namespace {

constexpr std::string_view white = " \t\r\n\f";

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A table, or the number of a stream object.
bool is_cross_reference(std::string_view document, std::uint64_t offset) {
  if (offset >= document.size()) return false;
  std::string_view there = document.substr(offset);
  there.remove_prefix(std::min(there.find_first_not_of(white), there.size()));
  return there.starts_with("xref") || (!there.empty() && there.front() >= '0' && there.front() <= '9');
}

bool counts_from_the_file(std::string_view document, std::size_t header_offset) {
  const auto offset = find_startxref(document);
  return offset && is_cross_reference(document, *offset) && !is_cross_reference(document, header_offset + *offset);
}

Readable with_start(std::span<const std::byte> document, std::string_view start) {
  std::vector<std::byte> copy(document.begin(), document.end());
  std::ranges::copy(std::as_bytes(std::span(start)).first(std::min(start.size(), copy.size())), copy.begin());
  return Readable(std::move(copy));
}

}  // namespace

std::optional<std::uint64_t> find_startxref(std::string_view document) {
  constexpr std::size_t tail_size_bytes = 4096;  // other readers look at the last 1,024 bytes; junk may follow
  constexpr std::string_view keyword = "startxref";
  document.remove_prefix(document.size() - std::min(document.size(), tail_size_bytes));
  const std::size_t at = document.rfind(keyword);
  if (at == std::string_view::npos) return std::nullopt;
  document.remove_prefix(at + keyword.size());
  document.remove_prefix(std::min(document.find_first_not_of(white), document.size()));
  std::uint64_t offset = 0;
  const auto [end, error] = std::from_chars(document.data(), document.data() + document.size(), offset);
  return error == std::errc() ? std::optional(offset) : std::nullopt;
}

Readable with_header_first(std::span<const std::byte> document) {
  constexpr std::size_t version_size = 7;  // "PDF-1.4"
  const auto header = find_pdf_header(document, named_pdf_junk_size_bytes_max);
  if (!header || (header->offset == 0 && header->version_offset == 1)) return Readable(document);
  std::string start = "%" + std::string(text_of(document).substr(header->version_offset, version_size));
  if (counts_from_the_file(text_of(document), header->offset)) return with_start(document, start + "\n");
  document = document.subspan(header->offset);
  const std::size_t version_offset = header->version_offset - header->offset;
  if (version_offset == 1) return Readable(document);
  start.append(version_offset - 1, ' ');  // over what is left of the longer form
  return with_start(document, start);
}

}  // namespace docmill::pdf
