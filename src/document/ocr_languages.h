// What `--ocr-languages` means: names of Tesseract's models, as they lie in folders. Of a model that lies in several
// the first folder's counts.
//
//   eng+deu    both are read with at once, line by line
//   eng,rus    alternatives: each page is read with the one that reads it best
//   eng,osd    beside others: no language, but pages in a script that none of them has are told by it (scripts.h)
//   auto       on the outside only: all models that are installed, as alternatives
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace docmill {

/// So many models are held in memory at most, 15 MB each, and as many are tried on a page of an unknown language.
inline constexpr std::size_t ocr_languages_max = 8;

/// "eng+deu,rus,osd" -> "eng+deu", "rus", "osd".
std::vector<std::string> ocr_alternatives(std::string_view languages);

using TessdataDirs = std::vector<std::filesystem::path>;

/// Debian's package of a model: "tesseract-ocr-chi-sim" of "chi_sim".
std::string ocr_package_of(std::string_view model);

/// The model by which Tesseract tells scripts apart. It reads nothing.
inline constexpr std::string_view script_model = "osd";

/// Whether script_model is one of the alternatives.
bool tells_scripts(std::string_view languages);

/// The file of a model; nothing where no folder has it.
std::optional<std::filesystem::path> ocr_model(const TessdataDirs& folders, std::string_view language);

/// Models that are in the folders, sorted by name, as alternatives: what `auto` means there. script_model comes last,
/// where it is there; others that know no language (formulas) are left out.
///
/// Errors: not_found (there is none; says which Debian package has English), invalid_input (more than
/// ocr_languages_max: the caller has to choose).
Result<std::string> installed_ocr_languages(const TessdataDirs& folders);

/// Errors: not_found (a language has no .traineddata in the folders; says how Tesseract calls it, and which Debian
/// package has it), invalid_input (script_model without a language, or joined to one by +).
Result<void> check_ocr_languages(const TessdataDirs& folders, std::string_view languages);

}  // namespace docmill
