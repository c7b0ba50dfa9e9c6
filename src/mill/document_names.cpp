#include "mill/document_names.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "document/foreign_format.h"
#include "document/format.h"
#include "mill/name_says.h"

namespace docmill {

Promise promise_of(const ObjectInfo& info, bool names_decide) {
  const NameSays says = name_says(info.key);
  if (says == NameSays::pdf) return Promise::document;
  if (info.size_bytes == 0) return Promise::other;
  if (!names_decide || says == NameSays::nothing) return Promise::none;
  return says == NameSays::image ? Promise::document : Promise::other;
}

Result<bool> has_document_content(ObjectStore& store, std::string_view key) {
  const auto start = store.read_range(key, 0, sniff_size_bytes);
  if (!start && start.error().kind == ErrorKind::source_gone) return false;
  if (!start) return std::unexpected(start.error());
  return sniff(std::as_bytes(std::span(*start))) != Format::unknown;
}

bool is_of_known_format(const Blob& document, std::string_view key) {
  const bool named_pdf = name_says(key) == NameSays::pdf;
  std::vector<std::byte> start(named_pdf ? named_sniff_size_bytes : sniff_size_bytes);
  const std::span read = std::span(start).first(document.read(0, start));
  return sniff(read, named_pdf ? named_pdf_junk_size_bytes_max : pdf_junk_size_bytes_max) != Format::unknown;
}

std::string why_unsupported(const Blob& document) {
  std::array<std::byte, foreign_format_size_bytes> start{};
  const std::string_view format = foreign_format(std::span(start).first(document.read(0, start)));
  if (format.empty()) return "neither a PDF nor an image that docmill reads";
  return fmt::format("{}, which docmill does not read", format);
}

Result<bool> is_document(ObjectStore& store, const ObjectInfo& info, bool names_decide) {
  const Promise promise = promise_of(info, names_decide);
  if (promise == Promise::none) return has_document_content(store, info.key);
  return promise == Promise::document;
}

}  // namespace docmill
