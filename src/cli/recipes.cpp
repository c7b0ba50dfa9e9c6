#include "cli/recipes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ranges>
#include <utility>

#include "cli/commands.h"
#include "cli/nearest.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array recipes{
    NamedRecipe{.name = "text", .description = "the text of every page (the default)", .json = R"({
  "outputs": ["text"]
})"},
    NamedRecipe{.name = "words", .description = "text, and every word with its box", .json = R"({
  "outputs": ["text", "words"]
})"},
    NamedRecipe{.name = "full", .description = "everything but crops, which need regions", .json = R"({
  "outputs": ["text", "words", "page_images", "links", "codes", "images", "structure"]
})"},
    NamedRecipe{
        .name = "app",
        .description = "what a document application reads: tables below page_text/, images of pages, links, structure",
        .json = R"({
  "outputs": ["text", "page_images", "links", "structure"],
  "tables": {"prefix": "page_text/"}
})"},
    NamedRecipe{.name = "etl",
                .description = "the text of page 1, and crops of page 2: all of it, until regions are named (--crop)",
                .json = R"({
  "outputs": ["text", "crops"],
  "text": {"pages": [1]},
  "crops": {"regions": [{"name": "page_2", "page": 2, "x0": 0, "y0": 0, "x1": 1, "y1": 1, "unit": "fractions"}]}
})"}};

/// The member of a recipe at an option's path, made where it is not there.
Json& at_path(Json& recipe, const Option& option) {
  const std::string path = option.path();
  return option.object.empty() ? recipe[path] : recipe[option.object][path.substr(option.object.size() + 1)];
}

std::string names_of_recipes() {
  std::string names;
  for (const NamedRecipe& recipe : recipes) names += fmt::format("{}{}", names.empty() ? "" : ", ", recipe.name);
  return names;
}

/// In the form that the schema asks for.
Json value_of(const Option& option, const std::string& text) {
  const Json schema = Json::parse(option.binding.schema);
  const Json type = schema.value("type", Json("string"));
  if (type == "array" && !text.starts_with('[')) {
    Json items = Json::array();
    const bool of_numbers = schema["items"].value("type", "") == "integer";
    for (const auto part : std::views::split(text, ',')) {
      const std::string_view item(part.begin(), part.end());
      if (!item.empty()) items.push_back(of_numbers ? Json::parse(item) : Json(item));
    }
    return items;
  }
  if (type == "string" || type.is_array()) return text;
  const Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

}  // namespace

std::span<const NamedRecipe> named_recipes() { return recipes; }

const NamedRecipe* find_recipe(std::string_view name) {
  const auto* const found = std::ranges::find(recipes, name, &NamedRecipe::name);
  return found == recipes.end() ? nullptr : found;
}

const std::vector<const Option*>& recipe_options() {
  static const std::vector<const Option*> options = [] {
    std::vector<const Option*> all = options_of(info_of(Command::sweep));
    std::erase_if(all, [](const Option* option) { return !option->is_of_recipe(); });
    return all;
  }();
  return options;
}

Result<ConfigValues> parse_recipe(std::string_view json) {
  auto values = parse_config(json);
  if (!values) return values;
  std::vector<std::string> keys, paths;
  for (const Option* option : recipe_options()) {
    keys.push_back(option->config_key());
    paths.push_back(option->path());
  }
  for (const auto& key : *values | std::views::keys) {
    if (std::ranges::find(keys, key) != keys.end()) continue;
    const auto index = nearest(key, keys);
    return fail(ErrorKind::invalid_input, "",
                fmt::format("unknown key \"{}\"{}", key,
                            index ? fmt::format("; the nearest is \"{}\"", paths[*index]) : std::string()));
  }
  return values;
}

Result<void> assign_recipe(GroupValues& values, const ConfigValues& settings) {
  for (const Option* option : recipe_options()) {
    const auto found = settings.find(option->config_key());
    if (found == settings.end()) continue;
    if (const auto expected = option->binding.assign(values, found->second))
      return fail(ErrorKind::invalid_input, "", complaint_about(option->path(), *expected, found->second));
  }
  return {};
}

Error unread_recipe(Error error, std::string_view name) {
  if (name.contains('/') || name.contains('.')) return error;
  return {ErrorKind::invalid_input, std::string(name),
          fmt::format("there is no such file, and no recipe of that name; there are {}", names_of_recipes())};
}

std::string recipe_json(const GroupValues& values) {
  Json recipe = Json::object();
  for (const Option* option : recipe_options())
    at_path(recipe, *option) = value_of(*option, option->binding.show(values));
  return recipe.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string recipe_schema() {
  Json properties = Json::object();
  for (const Option* option : recipe_options()) {
    Json property = Json::parse(option->binding.schema);
    property["description"] = option->help;
    if (!option->object.empty() && !properties.contains(option->object))
      properties[option->object] = {
          {"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
    Json& place = option->object.empty() ? properties : properties[option->object]["properties"];
    place[option->object.empty() ? option->path() : option->path().substr(option->object.size() + 1)] =
        std::move(property);
  }
  const Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"title", "A recipe of docmill"},
                    {"type", "object"},
                    {"additionalProperties", false},
                    {"properties", std::move(properties)}};
  return schema.dump(2) + "\n";
}

}  // namespace docmill
