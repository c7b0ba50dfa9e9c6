// The log: one JSON object a line (or one readable line on a terminal), to stderr.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace docmill::log {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t { json, text };

std::string_view name_of(Level level);
std::string_view name_of(Format format);

/// "debug", "INFO", "Warn", "WARNING", "error": any case; nothing for other words.
std::optional<Level> level_from(std::string_view name);

struct Settings {
  Level level = Level::info;
  Format format = Format::json;
};

/// Once, at start, before other threads.
void configure(const Settings& settings);
bool enabled(Level level);

/// Write one event: timestamp (UTC, microseconds), level, event, then `fields` (a JSON object). Control bytes in
/// values are escaped and invalid UTF-8 is replaced, so a document's name cannot forge a line. Document text and
/// secrets never go here. Any thread.
void write(Level level, std::string_view event, const nlohmann::json& fields);

void debug(std::string_view event, const nlohmann::json& fields);
void info(std::string_view event, const nlohmann::json& fields);
void warning(std::string_view event, const nlohmann::json& fields);
void error(std::string_view event, const nlohmann::json& fields);

/// The line that write() writes, without its line feed. Pure.
std::string format_line(Format format, WallTime time, Level level, std::string_view event,
                        const nlohmann::json& fields);

}  // namespace docmill::log
