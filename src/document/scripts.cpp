#include "document/scripts.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "document/ocr_language_names.h"
#include "document/ocr_languages.h"

namespace docmill {
namespace {

constexpr auto detected_names = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Arabic", "arabic"},     {"Bengali", "bengali"},   {"Cyrillic", "cyrillic"}, {"Devanagari", "devanagari"},
    {"Fraktur", "latin"},     {"Greek", "greek"},       {"Han", "han"},           {"Hangul", "hangul"},
    {"Hebrew", "hebrew"},     {"Hiragana", "japanese"}, {"Japanese", "japanese"}, {"Kannada", "kannada"},
    {"Katakana", "japanese"}, {"Korean", "hangul"},     {"Latin", "latin"},       {"Malayalam", "malayalam"},
    {"Tamil", "tamil"},       {"Telugu", "telugu"},     {"Thai", "thai"},
});

/// Of Debian's models, those of scripts that nobody detects.
constexpr std::string_view models_of_other_scripts =
    "amh bod chr div dzo guj hye iku kat kat_old khm lao mya ori pan sin syr tir";

bool has_word(std::string_view words, std::string_view word) {
  return std::ranges::any_of(std::views::split(words, ' '),
                             [&](const auto& one) { return std::string_view(one.begin(), one.end()) == word; });
}

bool is_latin(std::string_view model) {
  return !has_word(models_of_other_scripts, model) && std::ranges::none_of(scripts, [&](const Script& script) {
    return script.name != "latin" && has_word(script.models, model);
  });
}

bool reads(const Script& script, std::string_view model) {
  if (!is_ocr_language_of_debian(model)) return true;
  return script.name == "latin" ? is_latin(model) : has_word(script.models, model);
}

}  // namespace

const Script* script_called(std::string_view detected) {
  const auto* const name =
      std::ranges::find(detected_names, detected, &std::pair<std::string_view, std::string_view>::first);
  if (name == detected_names.end()) return nullptr;
  return std::ranges::find(scripts, name->second, &Script::name);
}

const Script* script_of_warning(std::string_view code) {
  const auto* const script = std::ranges::find(scripts, code, &Script::warning);
  return script == scripts.end() ? nullptr : script;
}

bool is_read_by(const Script& script, std::string_view languages) {
  for (const std::string& alternative : ocr_alternatives(languages))
    for (const auto& part : std::views::split(alternative, '+'))
      if (const std::string_view model(part.begin(), part.end()); model != script_model && reads(script, model))
        return true;
  return false;
}

std::string package_for(const Script& script) {
  return ocr_package_of(script.models.substr(0, script.models.find(' ')));
}

}  // namespace docmill
