#include "cli/env_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace docmill {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.'; });
}

// What stands behind a closing quote: nothing, or a comment.
bool is_rest_of_line(std::string_view text) { return trimmed(text).empty() || trimmed(text).front() == '#'; }

std::optional<std::string> single_quoted(std::string_view text) {
  const std::size_t end = text.find('\'', 1);
  if (end == std::string_view::npos || !is_rest_of_line(text.substr(end + 1))) return std::nullopt;
  return std::string(text.substr(1, end - 1));
}

char unescaped(char c) {
  if (c == 'n') return '\n';
  return c == 't' ? '\t' : c;
}

std::optional<std::string> double_quoted(std::string_view text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() &&
                        std::string_view("nt\"\\$").find(text[i + 1]) != std::string_view::npos;
    if (escape)
      value += unescaped(text[++i]);
    else if (text[i] != '"')
      value += text[i];
    else
      return is_rest_of_line(text.substr(i + 1)) ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

std::string unquoted(std::string_view text) {
  std::size_t end = text.size();
  for (std::size_t i = 0; i < end; ++i)
    if (text[i] == '#' && (i == 0 || blanks.find(text[i - 1]) != std::string_view::npos)) end = i;
  return std::string(trimmed(text.substr(0, end)));
}

std::optional<std::string> value_of(std::string_view text) {
  if (text.starts_with('\'')) return single_quoted(text);
  if (text.starts_with('"')) return double_quoted(text);
  return unquoted(text);
}

std::optional<std::pair<std::string, std::string>> assignment(std::string_view line) {
  constexpr std::string_view export_word = "export ";
  if (line.starts_with(export_word)) line = trimmed(line.substr(export_word.size()));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view name = trimmed(line.substr(0, equals));
  auto value = value_of(trimmed(line.substr(equals + 1)));
  if (!is_name(name) || !value || value->find('\0') != std::string::npos) return std::nullopt;
  return std::pair(std::string(name), *std::move(value));
}

}  // namespace

Result<Environment> parse_env_file(std::string_view text) {
  Environment variables;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    auto pair = assignment(trimmed(line));
    // The line itself is not shown: it may hold a secret of another program.
    if (!pair)
      return fail(ErrorKind::invalid_input, fmt::format("line {}", line_number),
                  "expected KEY=VALUE, a comment (#) or an empty line; quotes must close on the line");
    variables.insert_or_assign(std::move(pair->first), std::move(pair->second));
  }
  return variables;
}

}  // namespace docmill
