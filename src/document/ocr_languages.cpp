#include "document/ocr_languages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ranges>
#include <system_error>

namespace docmill {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".traineddata";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, separator)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

std::string debian_package_of(std::string language) {
  std::ranges::replace(language, '_', '-');
  std::ranges::transform(language, language.begin(), [](unsigned char c) { return std::tolower(c); });
  return "tesseract-ocr-" + language;
}

bool knows_a_language(std::string_view model) {
  constexpr std::array<std::string_view, 3> others{"osd", "equ", "snum"};
  return std::ranges::find(others, model) == others.end();
}

}  // namespace

std::vector<std::string> ocr_alternatives(std::string_view languages) { return split(languages, ','); }

Result<std::string> installed_ocr_languages(const fs::path& tessdata_dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(tessdata_dir, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == suffix && knows_a_language(entry->path().stem().native()))
      names.push_back(entry->path().stem());
  if (names.empty())
    return fail(ErrorKind::not_found, "OCR language auto",
                fmt::format("no {} in {}; Debian has English in the package tesseract-ocr-eng (or --ocr never)", suffix,
                            tessdata_dir.string()));
  std::ranges::sort(names);
  if (names.size() > ocr_languages_max)
    return fail(ErrorKind::invalid_input, "OCR language auto",
                fmt::format("{} has {} languages, and a page can be tried with {}; name those to choose from, such as "
                            "--ocr-languages {},{}",
                            tessdata_dir.string(), names.size(), ocr_languages_max, names[0], names[1]));
  return fmt::format("{}", fmt::join(names, ","));
}

Result<void> check_ocr_languages(const fs::path& tessdata_dir, std::string_view languages) {
  for (const std::string& alternative : ocr_alternatives(languages))
    for (const std::string& language : split(alternative, '+')) {
      const fs::path model = tessdata_dir / (language + std::string(suffix));
      std::error_code error;
      if (!fs::is_regular_file(model, error))
        return fail(ErrorKind::not_found, "OCR language " + language,
                    fmt::format("{} is missing; Debian has it in the package {} (or --ocr never)", model.string(),
                                debian_package_of(language)));
    }
  return {};
}

}  // namespace docmill
