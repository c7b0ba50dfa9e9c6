#include "extract/pdf/syntax.h"

#include <charconv>
#include <cstddef>

namespace docmill::pdf {
namespace {

bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_delimiter(char c) { return std::string_view("()<>[]{}/%").contains(c); }

/// Up to the next delimiter or white space; `from` is skipped.
std::size_t end_of_word(std::string_view text, std::size_t from) {
  std::size_t at = from + 1;
  while (at < text.size() && !is_white(text[at]) && !is_delimiter(text[at])) ++at;
  return at;
}

/// Past the bracket that ends a string; npos where none does.
std::size_t end_of_string(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '(') {
      ++depth;
    } else if (text[at] == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t end_of_value(std::string_view text, int depth);

/// Past the bracket that ends an array or dictionary.
std::size_t end_of_container(std::string_view text, std::string_view closing, int depth) {
  if (depth >= nesting_max) return std::string_view::npos;
  std::size_t at = closing.size();
  while (at < text.size()) {
    const std::string_view rest = skip_white(text.substr(at));
    at = text.size() - rest.size();
    if (rest.starts_with(closing)) return at + closing.size();
    const std::size_t length = end_of_value(rest, depth + 1);
    if (length == std::string_view::npos) return length;
    at += length;
  }
  return std::string_view::npos;
}

/// The length of "12 0 R" at the beginning of the text; 0 for anything else.
std::size_t length_of_reference(std::string_view text) {
  std::size_t at = 0;
  for ([[maybe_unused]] const int number : {1, 2}) {
    const std::size_t digits = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    const std::size_t blanks = at;
    while (at < text.size() && is_white(text[at])) ++at;
    if (blanks == digits || at == blanks) return 0;
  }
  const bool ends = at < text.size() && text[at] == 'R' && end_of_word(text, at) == at + 1;
  return ends ? at + 1 : 0;
}

std::size_t end_of_value(std::string_view text, int depth) {
  if (text.empty()) return std::string_view::npos;
  switch (text.front()) {
    case '(':
      return end_of_string(text);
    case '[':
      return end_of_container(text, "]", depth);
    case '<':
      if (text.starts_with("<<")) return end_of_container(text, ">>", depth);
      return text.find('>') == std::string_view::npos ? std::string_view::npos : text.find('>') + 1;
    case '>':
    case ']':
    case ')':
    case '{':
    case '}':
      return std::string_view::npos;
    default:
      break;
  }
  if (const std::size_t length = is_digit(text.front()) ? length_of_reference(text) : 0; length > 0) return length;
  return end_of_word(text, 0);
}

/// Takes the value at the beginning of `text` off it.
std::optional<Value> take_value(std::string_view& text) {
  text = skip_white(text);
  const auto value = read_value(text);
  if (value) text.remove_prefix(value->size());
  return value;
}

}  // namespace

std::string_view skip_white(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && (is_white(text[at]) || text[at] == '%')) {
    if (text[at] == '%') at = std::min(text.find_first_of("\r\n", at), text.size() - 1);
    ++at;
  }
  return text.substr(at);
}

std::optional<Value> read_value(std::string_view text) {
  text = skip_white(text);
  const std::size_t end = end_of_value(text, 0);
  return end == std::string_view::npos ? std::nullopt : std::optional(text.substr(0, end));
}

std::optional<Value> find_entry(std::string_view dictionary, std::string_view key) {
  std::string_view text = skip_white(dictionary);
  if (!text.starts_with("<<")) return std::nullopt;
  text.remove_prefix(2);
  while (const auto name = take_value(text)) {
    const auto value = take_value(text);
    if (!value || name->front() != '/') return std::nullopt;
    if (name->substr(1) == key) return value;
  }
  return std::nullopt;
}

std::vector<Value> elements_of(std::string_view array) {
  std::vector<Value> elements;
  std::string_view text = skip_white(array);
  if (!text.starts_with('[')) return elements;
  text.remove_prefix(1);
  while (const auto element = take_value(text)) elements.push_back(*element);
  return elements;
}

std::optional<std::int64_t> integer_of(std::string_view value) {
  value = skip_white(value);
  if (value.starts_with('+')) value.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<std::uint32_t> reference_of(std::string_view value) {
  if (length_of_reference(value) == 0) return std::nullopt;
  const auto number = integer_of(value);
  return number && *number <= UINT32_MAX ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

std::optional<std::string_view> object_at(std::string_view text, std::uint32_t number) {
  text = skip_white(text);
  if (integer_of(text) != number) return std::nullopt;
  constexpr std::size_t heading_size_max = 40;
  const std::size_t keyword = text.substr(0, heading_size_max).find("obj");
  if (keyword == std::string_view::npos) return std::nullopt;
  return text.substr(keyword + 3);
}

}  // namespace docmill::pdf
