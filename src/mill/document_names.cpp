#include "mill/document_names.h"

#include <algorithm>
#include <span>
#include <string>

#include "document/format.h"

namespace docmill {

bool has_pdf_name(std::string_view key) {
  if (key.size() < 4) return false;
  std::string ending(key.substr(key.size() - 4));
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending == ".pdf";
}

bool is_document(ObjectStore& store, std::string_view key) {
  if (has_pdf_name(key)) return true;
  const auto start = store.read_range(key, 0, sniff_size_bytes);
  if (!start) return start.error().kind != ErrorKind::source_gone;
  return sniff(std::as_bytes(std::span(*start))) != Format::unknown;
}

}  // namespace docmill
