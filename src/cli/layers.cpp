#include "cli/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/config_file.h"
#include "cli/nearest.h"
#include "cli/small_file.h"
#include "cli/values.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view own_prefix = "DOCMILL_";

// A name that somebody may write, and the one that is meant.
struct Known {
  std::vector<std::string> spellings;
  std::vector<std::string> meant;

  void add(std::string spelling, std::string name) {
    spellings.push_back(std::move(spelling));
    meant.push_back(std::move(name));
  }
};

bool is_reserved(std::string_view variable) {
#ifdef DOCMILL_TESTING
  return variable == "DOCMILL_FAIL";  // document/failpoint.h
#else
  static_cast<void>(variable);
  return false;
#endif
}

bool is_known_variable(std::string_view name) {
  return std::ranges::any_of(
      options(), [&](const Option& option) { return !option.flag_only && option.environment_name() == name; });
}

// Variables by their names, and by what those whose names come from elsewhere would otherwise be called.
Known known_variables() {
  Known known;
  for (const Option& option : options()) {
    if (option.flag_only || option.hidden) continue;
    const std::string name = option.environment_name();
    known.add(name, name);
    known.add(default_environment_name(option.flag), name);
    if (!option.inverse.empty()) known.add(default_environment_name(option.inverse), name + "=false");
  }
  return known;
}

Known known_keys() {
  Known known;
  for (const Option& option : options()) {
    if (option.flag_only || option.hidden || option.flag == "config") continue;
    known.add(option.config_key(), fmt::format("\"{}\"", option.config_key()));
    if (!option.inverse.empty())
      known.add(std::string(option.inverse), fmt::format("\"{}\": false", option.config_key()));
  }
  return known;
}

std::string unknown(std::string_view what, std::string_view name, const Known& known) {
  std::string message = fmt::format("unknown {} {}", what, name);
  if (const auto index = nearest(name, known.spellings)) message += "; the nearest is " + known.meant[*index];
  return message;
}

Result<void> check_variables(const Environment& variables, std::string_view where) {
  for (const auto& name : variables | std::views::keys) {
    if (!name.starts_with(own_prefix) || is_known_variable(name) || is_reserved(name)) continue;
    return fail(ErrorKind::invalid_input, where, unknown("variable", name, known_variables()));
  }
  return {};
}

Result<void> check_keys(const Layers& layers) {
  const auto is_key = [](std::string_view key) {
    return std::ranges::any_of(options(), [&](const Option& option) {
      return !option.flag_only && option.flag != "config" && option.config_key() == key;
    });
  };
  for (const auto& key : layers.config | std::views::keys)
    if (!is_key(key))
      return fail(ErrorKind::invalid_input, layers.config_path,
                  unknown("key", fmt::format("\"{}\"", key), known_keys()));
  return {};
}

Result<Environment> read_dotenv(const fs::path& path) {
  std::error_code error;
  // A folder of this name is a Python environment.
  if (!fs::exists(path, error) || fs::is_directory(path, error)) return Environment{};
  auto text = read_small_file(path);
  if (!text) return std::unexpected(std::move(text).error());
  auto variables = parse_dotenv(*text);
  if (!variables) return std::unexpected(std::move(variables).error().within(path.string()));
  return variables;
}

Result<void> read_config(Layers& layers, const Surroundings& surroundings) {
  const auto found = find_value(layers, *find_option("config"));
  if (!found) return {};
  const auto path = parse_path(found->text);
  if (!path) return fail(ErrorKind::invalid_input, found->subject, "expected " + path.error());
  layers.config_path = (surroundings.working_dir / *path).lexically_normal().string();
  const auto text = read_small_file(layers.config_path);
  if (!text) return std::unexpected(Error(text.error()).within(found->origin));
  auto values = parse_config(*text);
  if (!values) return std::unexpected(std::move(values).error().within(layers.config_path));
  layers.config = *std::move(values);
  return check_keys(layers);
}

std::optional<FoundValue> in_arguments(const Arguments& arguments, const Option& option) {
  for (const GivenFlag& given : arguments.flags | std::views::reverse)  // the last one counts
    if (given.option == &option)
      return FoundValue{.text = given.value,
                        .origin = "flag " + given.spelling,
                        .subject = option.is_switch() ? fmt::format("{}={}", given.spelling, given.value)
                                                      : fmt::format("{} {}", given.spelling, given.value)};
  return std::nullopt;
}

std::optional<FoundValue> in_variables(const Environment& variables, const Option& option, std::string_view layer) {
  const std::string name = option.environment_name();
  const auto found = variables.find(name);
  if (option.flag_only || found == variables.end()) return std::nullopt;
  return FoundValue{.text = found->second,
                    .origin = fmt::format("{} {}", layer, name),
                    .subject = fmt::format("{}={} ({})", name, found->second, layer)};
}

std::optional<FoundValue> in_config(const Layers& layers, const Option& option) {
  const auto found = layers.config.find(option.config_key());
  if (option.flag_only || found == layers.config.end()) return std::nullopt;
  return FoundValue{.text = found->second,
                    .origin = "config file " + layers.config_path,
                    .subject = fmt::format("\"{}\": {} ({})", found->first, found->second, layers.config_path)};
}

}  // namespace

std::optional<FoundValue> find_value(const Layers& layers, const Option& option) {
  if (auto found = in_arguments(layers.arguments, option)) return found;
  if (auto found = in_variables(layers.environment, option, "environment")) return found;
  if (auto found = in_variables(layers.dotenv, option, ".env")) return found;
  return in_config(layers, option);
}

Result<Layers> read_layers(Command command, Arguments arguments, const Surroundings& surroundings) {
  Layers layers{.arguments = std::move(arguments)};
  if (!info_of(command).reads_settings) return layers;
  layers.environment = surroundings.environment;
  auto dotenv = read_dotenv(surroundings.working_dir / ".env");
  if (!dotenv) return std::unexpected(std::move(dotenv).error());
  layers.dotenv = *std::move(dotenv);
  if (auto known = check_variables(layers.environment, "environment"); !known) return std::unexpected(known.error());
  if (auto known = check_variables(layers.dotenv, ".env"); !known) return std::unexpected(known.error());
  if (auto read = read_config(layers, surroundings); !read) return std::unexpected(std::move(read).error());
  return layers;
}

}  // namespace docmill
