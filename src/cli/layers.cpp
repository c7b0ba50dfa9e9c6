#include "cli/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/absolute.h"
#include "cli/assign.h"
#include "cli/config_file.h"
#include "cli/nearest.h"
#include "cli/recipes.h"
#include "cli/small_text.h"
#include "cli/values.h"

namespace docmill {
namespace {

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

using Options = std::vector<const Option*>;

bool is_reserved(std::string_view variable) {
#ifdef DOCMILL_TESTING
  return variable == "DOCMILL_FAIL";  // base/failpoint.h
#else
  static_cast<void>(variable);
  return false;
#endif
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_known_variable(const Options& options, std::string_view name) {
  const auto has_it = [&](const Option* option) { return contains(option->environment_names(), name); };
  return name == mode_variable() || std::ranges::any_of(options, has_it);
}

// They say where other values are, so they cannot be values there.
bool names_a_file_of_settings(const Option& option) {
  return option.flag == "config" || option.flag == "config-key" || option.flag == "env-file";
}

// Variables by their names, and by what those whose names come from elsewhere would otherwise be called.
Known known_variables(const Options& options) {
  Known known;
  for (const Option* option : options) {
    if (option->flag_only || option->hidden) continue;
    const std::string name = option->environment_name();
    for (const std::string& other : option->environment_names()) known.add(other, other);
    known.add(default_environment_name(option->flag), name);
    if (!option->inverse.empty()) known.add(default_environment_name(option->inverse), name + "=false");
  }
  return known;
}

Known known_keys(const Options& options) {
  Known known;
  for (const Option* option : options) {
    if (option->flag_only || option->hidden || names_a_file_of_settings(*option)) continue;
    known.add(option->config_key(), fmt::format("\"{}\"", option->config_key()));
    if (!option->inverse.empty())
      known.add(std::string(option->inverse), fmt::format("\"{}\": false", option->config_key()));
  }
  return known;
}

std::string unknown(std::string_view what, std::string_view name, const Known& known) {
  std::string message = fmt::format("unknown {} {}", what, name);
  if (const auto index = nearest(name, known.spellings)) message += "; the nearest is " + known.meant[*index];
  return message;
}

void note_unknown_variables(Layers& layers, const Options& options, const Environment& variables,
                            std::string_view where) {
  const Known known = known_variables(options);
  for (const auto& name : variables | std::views::keys) {
    if (!name.starts_with(own_prefix) || is_known_variable(options, name) || is_reserved(name)) continue;
    const auto index = nearest(name, known.spellings);
    layers.unknown_variables.push_back(
        fmt::format("{} ({}){}", name, where, index ? ", the nearest is " + known.meant[*index] : ""));
  }
}

Result<void> check_keys(const Layers& layers, const Options& options) {
  const auto is_key = [&](std::string_view key) {
    return std::ranges::any_of(options, [&](const Option* option) {
      return !names_a_file_of_settings(*option) && contains(option->config_keys(), key);
    });
  };
  for (const auto& key : layers.config | std::views::keys)
    if (!is_key(key))
      return fail(ErrorKind::invalid_input, layers.config_path,
                  unknown("key", fmt::format("\"{}\"", key), known_keys(options)));
  return {};
}

struct NamedFile {
  std::string path;
  std::string text;
};

// What the layers above the configuration file say of how its bucket is reached.
Result<GroupValues> values_above(const CommandInfo& command, const Layers& layers, const Surroundings& surroundings) {
  GroupValues values = defaults_of(command, surroundings);
  if (auto assigned = assign_all(values, command, layers, surroundings); !assigned)
    return std::unexpected(std::move(assigned).error());
  return values;
}

// The file or object that an option of the command names; nothing where it names none.
Result<std::optional<NamedFile>> read_named_file(const CommandInfo& command, const Layers& layers, const Option* option,
                                                 const Surroundings& surroundings) {
  const auto found = option == nullptr ? std::nullopt : find_value(layers, *option);
  if (!found) return std::nullopt;
  auto path = option->flag == "env-file" ? parse_path(found->text) : parse_path_or_object(found->text);
  if (!path) return fail(ErrorKind::invalid_input, found->subject, "expected " + path.error());
  make_absolute(*path, surroundings.working_dir);
  NamedFile file{.path = path->string(), .text = {}};
  const auto values = names_object(*path) ? values_above(command, layers, surroundings) : GroupValues{};
  if (!values) return std::unexpected(values.error());
  auto text = read_small_text(*path, *values, layers);
  if (!text) return std::unexpected(std::move(text).error().within(found->origin));
  file.text = *std::move(text);
  return file;
}

Result<void> read_env_file(Layers& layers, const CommandInfo& command, const Surroundings& surroundings) {
  const Option* const option = find_option(command, "env-file");
  const auto file = read_named_file(command, layers, option, surroundings);
  if (!file) return std::unexpected(file.error());
  if (!*file) return {};
  layers.env_file_path = (*file)->path;
  auto variables = parse_env_file((*file)->text);
  if (!variables) return std::unexpected(std::move(variables).error().within(layers.env_file_path));
  layers.env_file = *std::move(variables);
  const std::string own_name = option->environment_name();
  if (layers.env_file.contains(own_name))
    return fail(ErrorKind::invalid_input, layers.env_file_path,
                fmt::format("{}: an env file names no other; name it in the environment, or by --env-file", own_name));
  return {};
}

Result<void> read_config(Layers& layers, const CommandInfo& command, const Options& known,
                         const Surroundings& surroundings) {
  const auto file = read_named_file(command, layers, find_option(command, "config"), surroundings);
  if (!file) return std::unexpected(file.error());
  if (!*file) return {};
  layers.config_path = (*file)->path;
  const Option* const key = find_option(command, "config-key");
  const auto found_key = key == nullptr ? std::nullopt : find_value(layers, *key);
  auto values = parse_config((*file)->text, found_key ? found_key->text : std::string());
  if (!values) return std::unexpected(std::move(values).error().within(layers.config_path));
  layers.config = *std::move(values);
  return check_keys(layers, known);
}

Result<void> read_recipe_of(Layers& layers, const CommandInfo& command, const Surroundings& surroundings) {
  const Option* const option = find_option(command, "recipe");
  const auto found = option == nullptr ? std::nullopt : find_value(layers, *option);
  if (!found) return {};
  layers.recipe_name = found->text;
  std::string json;
  if (const NamedRecipe* const named = find_recipe(found->text)) {
    json = named->json;
  } else {
    auto file = read_named_file(command, layers, option, surroundings);
    if (!file) return std::unexpected(unread_recipe(std::move(file).error(), found->text));
    json = std::move((*file)->text);
  }
  auto settings = parse_recipe(json);
  if (!settings) return std::unexpected(std::move(settings).error().within(layers.recipe_name));
  layers.recipe = *std::move(settings);
  return {};
}

std::string all_values(const Arguments& arguments, const Option& option) {
  std::string joined;
  for (const GivenFlag& given : arguments.flags)
    if (given.option == &option) joined += (joined.empty() ? "" : ",") + given.value;
  return joined;
}

std::optional<FoundValue> in_arguments(const Arguments& arguments, const Option& option) {
  for (const GivenFlag& given : arguments.flags | std::views::reverse)  // the last one counts
    if (given.option == &option)
      return FoundValue{.text = option.repeatable ? all_values(arguments, option) : given.value,
                        .origin = "flag " + given.spelling,
                        .subject = option.is_switch() ? fmt::format("{}={}", given.spelling, given.value)
                                                      : fmt::format("{} {}", given.spelling, given.value)};
  return std::nullopt;
}

std::optional<FoundValue> in_variables(const Environment& variables, const Option& option, std::string_view layer) {
  for (const std::string& name : option.environment_names())
    if (const auto found = variables.find(name); found != variables.end())
      return FoundValue{.text = found->second,
                        .origin = fmt::format("{} {}", layer, name),
                        .subject = fmt::format("{}={} ({})", name, found->second, layer)};
  return std::nullopt;
}

std::optional<FoundValue> in_file(const ConfigValues& values, const Option& option, std::string_view kind,
                                  std::string_view path) {
  for (const std::string& key : option.config_keys())
    if (const auto found = values.find(key); found != values.end())
      return FoundValue{.text = found->second,
                        .origin = fmt::format("{} {}", kind, path),
                        .subject = fmt::format("\"{}\": {} ({})", option.path(), found->second, path)};
  return std::nullopt;
}

}  // namespace

std::optional<FoundValue> find_value(const Layers& layers, const Option& option) {
  if (auto found = in_arguments(layers.arguments, option)) return found;
  if (auto found = in_variables(layers.environment, option, "environment")) return found;
  if (auto found = in_variables(layers.env_file, option, "env file " + layers.env_file_path)) return found;
  if (auto found = in_file(layers.recipe, option, "recipe", layers.recipe_name)) return found;
  return in_file(layers.config, option, "config file", layers.config_path);
}

std::optional<std::string> find_variable(const Layers& layers, const std::string& name) {
  for (const Environment* variables : {&layers.environment, &layers.env_file})
    if (const auto found = variables->find(name); found != variables->end()) return found->second;
  return std::nullopt;
}

Result<Layers> read_layers(const CommandInfo& command, Arguments arguments, const Surroundings& surroundings,
                           std::span<const CommandInfo> all) {
  Layers layers{.arguments = std::move(arguments)};
  if (!command.reads_settings) return layers;
  const Options known = options_of(all);
  layers.environment = surroundings.environment;
  if (auto read = read_env_file(layers, command, surroundings); !read) return std::unexpected(std::move(read).error());
  note_unknown_variables(layers, known, layers.environment, "environment");
  note_unknown_variables(layers, known, layers.env_file, layers.env_file_path);
  if (auto read = read_config(layers, command, known, surroundings); !read)
    return std::unexpected(std::move(read).error());
  if (auto read = read_recipe_of(layers, command, surroundings); !read) return std::unexpected(std::move(read).error());
  return layers;
}

}  // namespace docmill
