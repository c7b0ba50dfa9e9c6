// What `--ocr-languages` means: names of Tesseract's models, as they lie in a folder.
//
//   eng+deu    both are read with at once, line by line
//   eng,rus    alternatives: each page is read with the one that reads it best
//   auto       on the outside only: all models that are installed, as alternatives
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "document/error.h"

namespace docmill {

/// So many models are held in memory at most, 15 MB each, and as many are tried on a page of an unknown language.
inline constexpr std::size_t ocr_languages_max = 8;

/// "eng+deu,rus" -> "eng+deu", "rus".
std::vector<std::string> ocr_alternatives(std::string_view languages);

/// Models that are in the folder, sorted by name, as alternatives: what `auto` means there. Models that know no
/// language (orientation, formulas) are left out.
///
/// Errors: not_found (there is none; says which Debian package has English), invalid_input (more than
/// ocr_languages_max: the caller has to choose).
Result<std::string> installed_ocr_languages(const std::filesystem::path& tessdata_dir);

/// Errors: not_found (a language has no .traineddata in the folder; says which Debian package has it).
Result<void> check_ocr_languages(const std::filesystem::path& tessdata_dir, std::string_view languages);

}  // namespace docmill
