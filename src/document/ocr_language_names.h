// What others call the languages that Tesseract has models of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace docmill {

/// Whether Debian has a package of the model: "deu" in tesseract-ocr-deu, "chi_sim" in tesseract-ocr-chi-sim.
bool is_ocr_language_of_debian(std::string_view name);

/// Tesseract's names of what is called "de", "de-DE", "ger" or "German" elsewhere: "deu". Any case; of "zh" two; none
/// for a word that nobody knows.
std::vector<std::string> ocr_languages_called(std::string_view word);

}  // namespace docmill
