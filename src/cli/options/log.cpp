#include "cli/options/log.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Binding log_level() {
  const auto parse = [](std::string_view text) -> Parsed<log::Level> {
    if (const auto level = log::level_from(text)) return *level;
    return std::unexpected("debug, info, warning or error (any case)");
  };
  return bound::to<LogOptions>(
      "debug, info, warning or error; any case", [](auto& options) -> auto& { return options.settings.level; }, parse,
      [](log::Level level) { return std::string(log::name_of(level)); });
}

}  // namespace

std::vector<Option> LogOptions::options() {
  return {
      {.flag = "log-level",
       .value_name = "LEVEL",
       .environment = "LOG_LEVEL",
       .heading = Heading::messages,
       .help = "How much is told on stderr; debug tells every step.",
       .binding = log_level()},
      {.flag = "log-format",
       .value_name = "FORMAT",
       .heading = Heading::messages,
       .help = "JSON objects or lines for people.",
       .default_text = "text on a terminal, json elsewhere",
       .binding =
           bound::choice<LogOptions, log::Format>({{"json", log::Format::json}, {"text", log::Format::text}},
                                                  [](auto& options) -> auto& { return options.settings.format; })},
  };
}

void LogOptions::set_defaults(const Surroundings& surroundings) {
  settings.format = surroundings.stderr_is_terminal ? log::Format::text : log::Format::json;
}

}  // namespace docmill
