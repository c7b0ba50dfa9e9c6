#include "queue/sqlite_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "queue/sqlite_queue.h"

namespace docmill {
namespace {

constexpr std::size_t queue_name_length_max = 80;  // as in SQS
constexpr std::uint32_t receives_max_max = 1000;   // as in SQS

bool is_queue_name(std::string_view name) {
  return !name.empty() && name.size() <= queue_name_length_max && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<std::uint32_t> parse_count(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > receives_max_max)
    return std::nullopt;
  return count;
}

/// One `name=value` of the query. What was expected, when it is none.
std::optional<std::string> assign(SqliteUri& uri, std::string_view name, std::string_view value) {
  if (name == "queue" || name == "dead-letters") {
    if (!is_queue_name(value)) return fmt::format("{}=NAME of letters, digits, '-' and '_'", name);
    if (name == "queue")
      uri.queue = value;
    else
      uri.dead_letters = value;
    return std::nullopt;
  }
  if (name != "receives-max") return "queue=NAME, dead-letters=NAME or receives-max=COUNT behind the '?'";
  uri.receives_max = parse_count(value);
  return uri.receives_max ? std::nullopt : std::optional(fmt::format("receives-max=COUNT, 1 to {}", receives_max_max));
}

}  // namespace

Result<SqliteUri> parse_sqlite_uri(std::string_view text) {
  const auto complain = [text](std::string_view expected) {
    return fail(ErrorKind::invalid_input, text, fmt::format("expected {}", expected));
  };
  std::string_view path = text;
  path.remove_prefix(std::min(path.size(), sqlite_scheme.size()));
  std::string_view query;
  if (const std::size_t mark = path.find('?'); mark != std::string_view::npos) {
    query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  if (path.starts_with("///")) path.remove_prefix(2);
  const bool is_path = !path.empty() && !path.starts_with("//") && !path.ends_with('/');
  if (!text.starts_with(sqlite_scheme) || !is_path || text.find('\0') != std::string_view::npos)
    return complain("sqlite:///PATH/FILE.db");
  SqliteUri uri{.path = std::filesystem::absolute(path).lexically_normal()};
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), item.size() + 1));
    const std::size_t equals = std::min(item.find('='), item.size());
    if (const auto expected = assign(uri, item.substr(0, equals), item.substr(std::min(equals + 1, item.size()))))
      return complain(*expected);
  }
  if (uri.dead_letters == uri.queue) return complain("dead letters in another queue than the messages");
  return uri;
}

std::string sqlite_uri_of(const std::filesystem::path& path, std::string_view queue) {
  const std::string query = queue == SqliteUri{}.queue ? "" : fmt::format("?queue={}", queue);
  return fmt::format("{}//{}{}", sqlite_scheme, path.string(), query);
}

}  // namespace docmill
