#include "cli/config_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/command.h"
#include "cli/recipe_of.h"
#include "telemetry/printable.h"

namespace docmill {

std::string config_text(const Invocation& invocation) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const SettingInForce& setting : invocation.in_force) {
    name_width = std::max(name_width, setting.option->flag.size());
    value_width = std::max(value_width, setting.value.size());
  }
  value_width = std::min<std::size_t>(value_width, 40);  // one long path does not push the origins out of sight
  std::string text;
  for (const SettingInForce& setting : invocation.in_force)
    fmt::format_to(std::back_inserter(text), "{:<{}}  {:<{}}  {}\n", setting.option->flag, name_width,
                   setting.value.empty() ? "-" : printable(setting.value, Lines::escape), value_width,
                   printable(setting.origin, Lines::escape));
  return text + fmt::format("\nrecipe hash {}\n", hash_of(recipe_of(invocation.settings)));
}

std::string config_json(const Invocation& invocation) {
  auto settings = nlohmann::ordered_json::object();
  for (const SettingInForce& setting : invocation.in_force) {
    nlohmann::ordered_json value;
    if (!setting.value.empty()) value = setting.value;
    settings[setting.option->config_key()] = {{"value", std::move(value)}, {"origin", setting.origin}};
  }
  const nlohmann::ordered_json root{{"settings", std::move(settings)},
                                    {"recipe_hash", hash_of(recipe_of(invocation.settings))}};
  return root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace docmill
