#include "document/ocr_languages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <ranges>
#include <set>
#include <system_error>

#include "document/ocr_language_names.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".traineddata";

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, separator)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

std::string shown(const TessdataDirs& folders) {
  std::vector<std::string> paths;
  for (const fs::path& folder : folders) paths.push_back(folder.string());
  return fmt::format("{}", fmt::join(paths, " and "));
}

std::string why_missing(const TessdataDirs& folders, const std::string& language) {
  if (is_ocr_language_of_debian(language) || language == script_model)
    return fmt::format("{}{} is missing in {}; Debian has it in the package {} (or --ocr never)", language, suffix,
                       shown(folders), ocr_package_of(language));
  std::vector<std::string> answers;
  for (const std::string& name : ocr_languages_called(language))
    answers.push_back(fmt::format("{} (in Debian the package {})", name, ocr_package_of(name)));
  if (answers.empty())
    return fmt::format(
        "{}{} is missing in {}, and Debian has no model of that name; `apt-cache search tesseract-ocr` "
        "lists those that it has",
        language, suffix, shown(folders));
  return fmt::format("Tesseract's name of this language is {}", fmt::join(answers, " or "));
}

bool knows_a_language(std::string_view model) {
  constexpr std::array<std::string_view, 3> others{script_model, "equ", "snum"};
  return std::ranges::find(others, model) == others.end();
}

}  // namespace

std::vector<std::string> ocr_alternatives(std::string_view languages) { return split(languages, ','); }

bool tells_scripts(std::string_view languages) {
  const std::vector<std::string> alternatives = ocr_alternatives(languages);
  return std::ranges::find(alternatives, script_model) != alternatives.end();
}

std::string ocr_package_of(std::string_view model) {
  std::string package = "tesseract-ocr-";
  for (const char c : model) package += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return package;
}

std::optional<fs::path> ocr_model(const TessdataDirs& folders, std::string_view language) {
  for (const fs::path& folder : folders) {
    fs::path model = folder / (std::string(language) + std::string(suffix));
    std::error_code error;
    if (fs::is_regular_file(model, error)) return model;
  }
  return std::nullopt;
}

Result<std::string> installed_ocr_languages(const TessdataDirs& folders) {
  std::set<std::string> names;
  for (const fs::path& folder : folders) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (entry->path().extension() == suffix && knows_a_language(entry->path().stem().native()))
        names.insert(entry->path().stem());
  }
  if (names.empty())
    return fail(ErrorKind::not_found, "OCR language auto",
                fmt::format("no {} in {}; Debian has English in the package tesseract-ocr-eng (or --ocr never)", suffix,
                            shown(folders)));
  if (names.size() > ocr_languages_max)
    return fail(
        ErrorKind::invalid_input, "OCR language auto",
        fmt::format("{} has {} languages, and a page can be tried with {}; name those to choose from, such as "
                    "--ocr-languages {},{}",
                    shown(folders), names.size(), ocr_languages_max, *names.begin(), *std::next(names.begin())));
  std::string languages = fmt::format("{}", fmt::join(names, ","));
  if (ocr_model(folders, script_model)) languages += fmt::format(",{}", script_model);
  return languages;
}

Result<void> check_ocr_languages(const TessdataDirs& folders, std::string_view languages) {
  const std::vector<std::string> alternatives = ocr_alternatives(languages);
  for (const std::string& alternative : alternatives) {
    const std::vector<std::string> names = split(alternative, '+');
    for (const std::string& language : names)
      if (!ocr_model(folders, language))
        return fail(ErrorKind::not_found, "OCR language " + language, why_missing(folders, language));
    if (std::ranges::find(names, script_model) != names.end() && (names.size() > 1 || alternatives.size() == 1))
      return fail(
          ErrorKind::invalid_input, fmt::format("OCR language {}", script_model),
          fmt::format("it tells scripts apart and reads none; name it behind languages, as in eng,{}", script_model));
  }
  return {};
}

}  // namespace docmill
