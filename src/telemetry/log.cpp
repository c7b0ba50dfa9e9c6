// Lines go out by one write(2) each, without a logging library between: they wait for a slow reader in line_writer.h,
// no thread waits for another, and a line is either whole in the log or not there.
#include "telemetry/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "telemetry/printable.h"
#include "telemetry/stderr_line.h"

namespace docmill::log {
namespace {

Settings& current() {
  static Settings settings;
  return settings;
}

// ASCII alone: no terminal or collector reads anything into it, and every JSON reader gives the same text back. Bytes
// that are no UTF-8 become U+FFFD.
template <typename Json>
std::string ascii_dump(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

std::string json_line(WallTime time, Level level, std::string_view event, const nlohmann::json& fields) {
  nlohmann::ordered_json line{{"timestamp", iso8601(time)}, {"level", name_of(level)}, {"event", event}};
  for (const auto& [key, value] : fields.items()) line[key] = value;
  return ascii_dump(line);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\n\t") != std::string_view::npos;
}

std::string field_text(const nlohmann::json& value) {
  if (!value.is_string()) return ascii_dump(value);
  const std::string& text = value.get_ref<const std::string&>();
  if (!needs_quotes(text)) return printable(text, Lines::escape);
  std::string quoted = "\"";
  for (const char c : printable(text, Lines::escape)) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string text_line(WallTime time, Level level, std::string_view event, const nlohmann::json& fields) {
  const std::string time_of_day = iso8601(time).substr(std::string_view("2026-11-22T").size(), 8);
  std::string line = fmt::format("{}Z {:<7} {}", time_of_day, name_of(level), event);
  for (const auto& [key, value] : fields.items())
    fmt::format_to(std::back_inserter(line), " {}={}", key, field_text(value));
  return line;
}

std::string line_now(Level level, std::string_view event, const nlohmann::json& fields) {
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  return format_line(current().format, now, level, event, fields);
}

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "";
}

std::string_view name_of(Format format) {
  switch (format) {
    case Format::json:
      return "json";
    case Format::text:
      return "text";
  }
  return "";
}

std::optional<Level> level_from(std::string_view name) {
  std::string word;
  std::ranges::transform(name, std::back_inserter(word), ascii_lower);
  if (word == "warn") return Level::warning;
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error})
    if (word == name_of(level)) return level;
  return std::nullopt;
}

void configure(const Settings& settings) {
  current() = settings;
  tell_dropped_lines_by(
      [](std::uint64_t lines) { return line_now(Level::warning, "log_lines_dropped", {{"lines", lines}}); });
}

bool enabled(Level level) { return level >= current().level; }

std::string format_line(Format format, WallTime time, Level level, std::string_view event,
                        const nlohmann::json& fields) {
  return format == Format::json ? json_line(time, level, event, fields) : text_line(time, level, event, fields);
}

void write(Level level, std::string_view event, const nlohmann::json& fields) {
  if (enabled(level)) write_stderr_line(line_now(level, event, fields));
}

void debug(std::string_view event, const nlohmann::json& fields) { write(Level::debug, event, fields); }
void info(std::string_view event, const nlohmann::json& fields) { write(Level::info, event, fields); }
void warning(std::string_view event, const nlohmann::json& fields) { write(Level::warning, event, fields); }
void error(std::string_view event, const nlohmann::json& fields) { write(Level::error, event, fields); }

}  // namespace docmill::log
