#include "cli/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/strict_json.h"

namespace docmill {
namespace {

using nlohmann::json;

constexpr std::size_t depth_max = 8;

std::unexpected<Error> complain(std::string message) { return fail(ErrorKind::invalid_input, "", std::move(message)); }

std::string_view kind_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "an array";
    case json::value_t::boolean:
      return "a boolean";
    case json::value_t::string:
      return "a string";
    default:
      return "a number";
  }
}

bool is_single(const json& value) { return value.is_string() || value.is_number() || value.is_boolean(); }

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Nothing where it is no value of a setting.
std::optional<std::string> setting_text(const json& value) {
  if (is_single(value)) return text_of(value);
  if (!value.is_array()) return std::nullopt;
  if (std::ranges::any_of(value, [](const json& item) { return !is_single(item); })) return value.dump();
  std::string joined;
  for (const json& item : value) joined += (joined.empty() ? "" : ",") + text_of(item);
  return joined;
}

class Flattening {
 public:
  Result<ConfigValues> go(const json& object) {
    for (const auto& [key, value] : object.items()) {
      auto added = value.is_object() ? add_members(key, value) : add(key, key, value);
      if (!added) return std::unexpected(std::move(added).error());
    }
    return std::move(values_);
  }

 private:
  Result<void> add_members(const std::string& key, const json& object) {
    if (object.empty())
      return complain(fmt::format("\"{}\": expected a value or settings, found an empty object", key));
    for (const auto& [member, value] : object.items())
      if (auto added = add(fmt::format("{}_{}", key, member), fmt::format("{}.{}", key, member), value); !added)
        return added;
    return {};
  }

  Result<void> add(const std::string& key, const std::string& path, const json& value) {
    auto text = setting_text(value);
    if (!text)
      return complain(
          fmt::format("\"{}\": expected a string, a number, a boolean or a list, found {}", path, kind_of(value)));
    if (values_.emplace(key, *std::move(text)).second) return {};
    return complain(fmt::format("\"{}\": it stands there twice, in two spellings", path));
  }

  ConfigValues values_;
};

}  // namespace

Result<ConfigValues> parse_config(std::string_view text, std::string_view key) {
  auto parsed = parse_strict_json(text, {.size_bytes_max = config_size_bytes_max, .depth_max = depth_max});
  if (!parsed) return std::unexpected(std::move(parsed).error());
  if (!parsed->is_object())
    return complain(fmt::format("expected an object such as {{\"ocr_dpi\": 300}}, found {}", kind_of(*parsed)));
  if (key.empty()) return Flattening().go(*parsed);
  const auto under_key = parsed->find(key);
  if (under_key == parsed->end()) return complain(fmt::format("there is no key \"{}\"", key));
  if (!under_key->is_object())
    return complain(fmt::format("\"{}\": expected an object of settings, found {}", key, kind_of(*under_key)));
  return Flattening().go(*under_key);
}

}  // namespace docmill
