#include "output/record_json.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <concepts>
#include <limits>

namespace docmill {
namespace {

using nlohmann::json;

template <typename T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
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

template <typename Value>
bool parse(const json& value, std::optional<Value>& out) {
  if (value.is_null()) return true;
  return parse(value, out.emplace());
}

// Takes members out of a JSON object and remembers the first one that is missing or of another type.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  template <typename Value>
  void take(const char* name, Value& out) {
    if (!wrong_.empty()) return;
    const auto member = object_.find(name);
    if (member == object_.end() || !parse(*member, out)) wrong_ = name;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  const json& object_;
  std::string wrong_;
};

}  // namespace

json to_json(const DocumentRecord& record) {
  return {
      {"document_id", or_null(record.document_id)},
      {"source_uri", record.source_uri},
      {"source_etag", or_null(record.source_etag)},
      {"source_size_bytes", or_null(record.source_size_bytes)},
      {"source_modified_at", record.source_modified_at ? json(iso8601(*record.source_modified_at)) : json(nullptr)},
      {"status", name_of(record.status)},
      {"error_kind", record.error_kind ? json(name_of(*record.error_kind)) : json(nullptr)},
      {"error_message", record.error_message.empty() ? json(nullptr) : json(record.error_message)},
      {"page_count", or_null(record.page_count)},
      {"pages_ocr", record.pages_ocr},
      {"pages_failed", record.pages_failed},
      {"output_uri", or_null(record.output_uri)},
      {"output_etag", or_null(record.output_etag)},
      {"sandbox_tier", record.sandbox_tier},
      {"duration_ms", record.duration_ms},
      {"attempt", record.attempt},
      {"recipe_hash", record.recipe_hash},
      {"finished_at", iso8601(record.finished_at)},
  };
}

Result<DocumentRecord> record_from_json(const json& json) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "record", "not a JSON object");
  DocumentRecord record;
  std::optional<std::string> error_message;
  Members members(json);
  members.take("document_id", record.document_id);
  members.take("source_uri", record.source_uri);
  members.take("source_etag", record.source_etag);
  members.take("source_size_bytes", record.source_size_bytes);
  members.take("source_modified_at", record.source_modified_at);
  members.take("status", record.status);
  members.take("error_kind", record.error_kind);
  members.take("error_message", error_message);
  members.take("page_count", record.page_count);
  members.take("pages_ocr", record.pages_ocr);
  members.take("pages_failed", record.pages_failed);
  members.take("output_uri", record.output_uri);
  members.take("output_etag", record.output_etag);
  members.take("sandbox_tier", record.sandbox_tier);
  members.take("duration_ms", record.duration_ms);
  members.take("attempt", record.attempt);
  members.take("recipe_hash", record.recipe_hash);
  members.take("finished_at", record.finished_at);
  if (!members.wrong().empty())
    return fail(ErrorKind::invalid_input, "record", "`" + members.wrong() + "` is missing or of another type");
  record.error_message = error_message.value_or("");
  return record;
}

}  // namespace docmill
