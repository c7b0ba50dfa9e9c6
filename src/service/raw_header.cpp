#include "service/raw_header.h"

namespace docmill {
namespace {

std::string_view fault_of_line(std::string_view line, bool first) {
  for (const char c : line) {
    if (c == '\n') return "a line feed without a carriage return";
    if (c == '\r') return "a carriage return without a line feed";
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return "a control byte";
  }
  if (first) return line.find('\t') == std::string_view::npos ? "" : "a control byte";
  if (line.front() == ' ' || line.front() == '\t') return "a continued line";
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return "a line without a name";
  return line[colon - 1] == ' ' || line[colon - 1] == '\t' ? "a space before a colon" : "";
}

}  // namespace

std::string_view fault_of_header(std::string_view header) {
  bool first = true;
  while (!header.empty()) {
    const std::size_t end = header.find("\r\n");
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 2);
    if (line.empty() && !first && header.empty()) return "";
    if (line.empty()) return "an empty line";
    if (const std::string_view fault = fault_of_line(line, first); !fault.empty()) return fault;
    first = false;
  }
  return "no empty line at its end";
}

}  // namespace docmill
