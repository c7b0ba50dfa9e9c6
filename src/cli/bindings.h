// Bindings of options to fields of their group. Each function makes the binding of one field: `field` is a generic
// lambda that names it, so that the same lambda reads a const group and writes another:
//
//   bound::integer<TextOptions>({50, 600}, [](auto& text) -> auto& { return text.ocr_dpi; })
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/option.h"
#include "cli/values.h"
#include "store/place.h"

namespace docmill::bound {

/// `parse` gives the value of a text, or what was expected; `show` gives it back.
template <typename Group, typename Field, typename Parse, typename Show>
Binding to(std::string_view accepted, Field field, const Parse& parse, const Show& show) {
  const Group initial;
  return {.accepted = std::string(accepted),
          .initial = show(field(initial)),
          .assign = [field, parse](GroupValues& values, std::string_view text) -> std::optional<std::string> {
            auto value = parse(text);
            if (!value) return std::move(value).error();
            auto& bound = field(values.get<Group>());
            bound = static_cast<std::remove_reference_t<decltype(bound)>>(*std::move(value));
            return std::nullopt;
          },
          .show = [field, show](const GroupValues& values) { return std::string(show(field(values.get<Group>()))); }};
}

/// The same with another form in JSON than a string.
inline Binding with_schema(Binding binding, std::string schema) {
  binding.schema = std::move(schema);
  return binding;
}

/// The same for what can be compared.
template <typename Group, typename Field>
Binding comparable(Binding binding, Field field) {
  binding.exceeds = [field](const GroupValues& values, const GroupValues& cap) {
    return field(values.get<Group>()) > field(cap.get<Group>());
  };
  return binding;
}

template <typename Group, typename Field>
Binding integer(IntegerRange range, Field field) {
  Binding binding = to<Group>(
      fmt::format("{} to {}", range.min, range.max), field,
      [range](std::string_view text) { return parse_integer(text, range); },
      [](auto value) { return fmt::to_string(value); });
  binding.schema = fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", range.min, range.max);
  return comparable<Group>(std::move(binding), field);
}

/// A number from 0 to 1.
template <typename Group, typename Field>
Binding share(Field field) {
  return with_schema(to<Group>("0 to 1", field, parse_share, [](double value) { return fmt::to_string(value); }),
                     R"({"type": "number", "minimum": 0, "maximum": 1})");
}

template <typename Group, typename Field>
Binding size(IntegerRange range, Field field) {
  Binding binding = to<Group>(
      fmt::format("{} to {}", size_text(range.min), size_text(range.max)), field,
      [range](std::string_view text) { return parse_size(text, range); }, size_text);
  binding.schema =
      fmt::format(R"({{"type": ["string", "integer"], "minimum": {}, "maximum": {}}})", range.min, range.max);
  return comparable<Group>(std::move(binding), field);
}

template <typename Group, typename Field>
Binding duration(DurationRange range, Field field) {
  return to<Group>(
      fmt::format("{} to {}", duration_text(range.min), duration_text(range.max)), field,
      [range](std::string_view text) { return parse_duration(text, range); }, duration_text);
}

/// A field of seconds.
template <typename Group, typename Field>
Binding whole_seconds(DurationRange range, Field field) {
  return to<Group>(
      fmt::format("{} to {}", duration_text(range.min), duration_text(range.max)), field,
      [range](std::string_view text) -> Parsed<std::chrono::seconds> {
        auto value = parse_duration(text, range);
        if (!value) return std::unexpected(std::move(value).error());
        return std::chrono::ceil<std::chrono::seconds>(*value);
      },
      [](std::chrono::seconds value) { return duration_text(value); });
}

template <typename Group, typename Field>
Binding boolean(Field field) {
  return with_schema(
      to<Group>("true or false", field, parse_boolean, [](bool value) { return value ? "true" : "false"; }),
      R"({"type": "boolean"})");
}

template <typename Group, typename Field>
Binding local_path(Field field) {
  return to<Group>("", field, parse_path, [](const std::filesystem::path& path) { return path.string(); });
}

template <typename Group, typename Field>
Binding path_or_object(Field field) {
  return to<Group>("", field, parse_path_or_object, [](const std::filesystem::path& path) { return path.string(); });
}

template <typename Group, typename Field>
Binding text(Field field) {
  return to<Group>(
      "", field, [](std::string_view given) -> Parsed<std::string> { return std::string(given); },
      [](const std::string& value) { return value; });
}

template <typename Group, typename Field>
Binding place(Field field) {
  return to<Group>("", field, parse_place, [](const Place& shown) -> std::string {
    if (shown.empty()) return "";
    return shown.is_folder() ? shown.path().string() : shown.uri();
  });
}

/// "strict, require or off".
std::string alternatives(std::span<const std::string_view> words);

template <typename Value>
using Choice = std::pair<std::string_view, Value>;

/// One of some words, each of which stands for a value.
template <typename Group, typename Value, typename Field>
Binding choice(const std::vector<Choice<Value>>& choices, Field field) {
  std::vector<std::string_view> words;
  words.reserve(choices.size());
  for (const auto& [word, value] : choices) words.push_back(word);
  const std::string accepted = alternatives(words);
  const auto parse = [choices, accepted](std::string_view text) -> Parsed<Value> {
    for (const auto& [word, value] : choices)
      if (word == text) return value;
    return std::unexpected(accepted);
  };
  const auto show = [choices](Value shown) -> std::string {
    for (const auto& [word, value] : choices)
      if (value == shown) return std::string(word);
    return "";
  };
  return with_schema(to<Group>(accepted, field, parse, show),
                     fmt::format(R"({{"enum": ["{}"]}})", fmt::join(words, R"(", ")")));
}

}  // namespace docmill::bound
