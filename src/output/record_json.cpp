#include "output/record_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <concepts>
#include <iterator>
#include <limits>

#include "document/source_id.h"

namespace docmill {
namespace {

using nlohmann::json;

/// Null in JSON where it is empty.
template <typename Text>
struct NullIfEmpty {
  Text& text;
};

/// Earlier versions wrote no such member: where it is missing, nothing is known.
constexpr const char* newer_member = "output_state";

/// Follows from the URI before it: written, and not read.
constexpr std::string_view member_before_source_id = "source_uri";

/// The members by name; `Record` is const or not.
template <typename Record, typename Visit>
void visit_members(Record& record, Visit visit) {
  visit("document_id", record.document_id);
  visit("source_uri", record.source_uri);
  visit("source_etag", record.source_etag);
  visit("source_size_bytes", record.source_size_bytes);
  visit("source_modified_at", record.source_modified_at);
  visit("status", record.status);
  visit("error_kind", record.error_kind);
  visit("error_message", NullIfEmpty{record.error_message});
  visit("page_count", record.page_count);
  visit("pages_ocr", record.pages_ocr);
  visit("pages_failed", record.pages_failed);
  visit("output_uri", record.output_uri);
  visit("output_etag", record.output_etag);
  visit(newer_member, record.output_state);
  visit("sandbox_tier", record.sandbox_tier);
  visit("duration_ms", record.duration_ms);
  visit("attempt", record.attempt);
  visit("recipe_hash", record.recipe_hash);
  visit("finished_at", record.finished_at);
}

bool needs_escapes(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; });
}

void append(std::string& line, std::string_view text) {
  if (needs_escapes(text)) {
    line += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  } else {
    line += '"';
    line += text;
    line += '"';
  }
}
void append(std::string& line, std::uint64_t number) { fmt::format_to(std::back_inserter(line), "{}", number); }
void append(std::string& line, WallTime time) { append(line, iso8601(time)); }
void append(std::string& line, ErrorKind kind) { append(line, name_of(kind)); }
void append(std::string& line, DocumentStatus status) { append(line, name_of(status)); }
void append(std::string& line, OutputState state) { append(line, name_of(state)); }
template <typename Value>
void append(std::string& line, const std::optional<Value>& value) {
  if (value)
    append(line, *value);
  else
    line += "null";
}
void append(std::string& line, NullIfEmpty<const std::string> text) {
  append(line, text.text.empty() ? std::nullopt : std::optional<std::string_view>(text.text));
}

std::string members_of(const DocumentRecord& record) {
  std::string members;
  visit_members(record, [&](const char* name, const auto& value) {
    members += members.empty() ? "\"" : ",\"";
    members += name;
    members += "\":";
    append(members, value);
    if (name == member_before_source_id)
      fmt::format_to(std::back_inserter(members), R"(,"source_id":"{}")", source_id_of(record.source_uri));
  });
  return members;
}

// "2026-11-22T01:40:43.123456Z", as iso8601() writes it and nothing else.
std::optional<WallTime> time_from(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd.ddddddZ";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return std::nullopt;
  const auto number = [text](std::size_t start, std::size_t length) {
    int value = 0;
    std::from_chars(text.data() + start, text.data() + start + length, value);
    return value;
  };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2))));
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
         std::chrono::seconds(number(17, 2)) + std::chrono::microseconds(number(20, 6));
}

bool parse(const json& value, std::string& out) {
  if (value.is_string()) out = value.get_ref<const std::string&>();
  return value.is_string();
}

template <std::unsigned_integral Number>
bool parse(const json& value, Number& out) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<Number>::max()) return false;
  out = value.get<Number>();
  return true;
}

template <typename Value>
bool parse_named(const json& value, std::optional<Value> (*from)(std::string_view), Value& out) {
  const auto found = value.is_string() ? from(value.get_ref<const std::string&>()) : std::nullopt;
  if (found) out = *found;
  return found.has_value();
}

bool parse(const json& value, WallTime& out) { return parse_named(value, &time_from, out); }
bool parse(const json& value, ErrorKind& out) { return parse_named(value, &error_kind_from, out); }
bool parse(const json& value, DocumentStatus& out) { return parse_named(value, &document_status_from, out); }
bool parse(const json& value, OutputState& out) { return parse_named(value, &output_state_from, out); }

template <typename Value>
bool parse(const json& value, std::optional<Value>& out) {
  if (value.is_null()) return true;
  return parse(value, out.emplace());
}

bool parse(const json& value, NullIfEmpty<std::string> out) { return value.is_null() || parse(value, out.text); }

}  // namespace

json to_json(const DocumentRecord& record) { return json::parse("{" + members_of(record) + "}"); }

std::string json_line_of(std::uint64_t sequence, const DocumentRecord& record) {
  return fmt::format("{{\"sequence\":{},{}}}\n", sequence, members_of(record));
}

Result<DocumentRecord> record_from_json(const json& json) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "record", "not a JSON object");
  DocumentRecord record;
  std::string_view wrong;
  visit_members(record, [&](const char* name, auto&& out) {
    const auto member = json.find(name);
    if (member == json.end() && name == newer_member) return;
    if (wrong.empty() && (member == json.end() || !parse(*member, out))) wrong = name;
  });
  if (!wrong.empty())
    return fail(ErrorKind::invalid_input, "record", fmt::format("`{}` is missing or of another type", wrong));
  return record;
}

}  // namespace docmill
