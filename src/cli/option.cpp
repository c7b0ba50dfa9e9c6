#include "cli/option.h"

#include <fmt/format.h>

#include <algorithm>

namespace docmill {
namespace {

std::string with_underscores(std::string_view flag) {
  std::string text(flag);
  std::ranges::replace(text, '-', '_');
  return text;
}

}  // namespace

std::string_view name_of(Heading heading) {
  switch (heading) {
    case Heading::places:
      return "Places";
    case Heading::buckets:
      return "AWS";
    case Heading::queue:
      return "Queue";
    case Heading::observation:
      return "What others see of it";
    case Heading::chosen:
      return "Which documents and messages";
    case Heading::repeated:
      return "What is done again";
    case Heading::text:
      return "Text and OCR";
    case Heading::result:
      return "Result";
    case Heading::limits:
      return "Limits on a document";
    case Heading::sandbox:
      return "Work and sandbox";
    case Heading::messages:
      return "Messages";
  }
  return "";
}

std::string complaint_about(std::string_view path, std::string_view expected, std::string_view found) {
  const std::size_t place_end = expected.starts_with('[') ? expected.find(": ") : std::string_view::npos;
  if (place_end == std::string_view::npos) return fmt::format("\"{}\": expected {}, found {}", path, expected, found);
  return fmt::format("\"{}{}\": {}", path, expected.substr(0, place_end), expected.substr(place_end + 2));
}

std::string default_environment_name(std::string_view flag) {
  std::string name = "DOCMILL_" + with_underscores(flag);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

std::string Option::environment_name() const {
  return environment.empty() ? default_environment_name(flag) : std::string(environment);
}

std::string Option::config_key() const { return with_underscores(flag); }

std::string Option::path() const {
  const std::string key = config_key();
  return object.empty() ? key : std::string(object) + "." + key.substr(object.size() + 1);
}

std::vector<std::string> Option::environment_names() const {
  if (flag_only) return {};
  if (alias.empty()) return {environment_name()};
  return {environment_name(), default_environment_name(alias)};
}

std::vector<std::string> Option::config_keys() const {
  if (flag_only) return {};
  if (alias.empty()) return {config_key()};
  return {config_key(), with_underscores(alias)};
}

std::string Option::default_shown() const { return default_text.empty() ? binding.initial : std::string(default_text); }

}  // namespace docmill
