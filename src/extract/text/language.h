// The language of a text. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docmill::text {

/// The language that most of the start of `text` is in, as a BCP 47 tag ("en", "zh-Hant"). Nothing where that is
/// unsure: too little text, numbers, several languages in equal parts, or one of those that CLD2's tables do not have.
///
/// `text` is valid UTF-8. Source: Sites, "Compact Language Detector 2", 2013: naive Bayes over sequences of four
/// letters, or the script where only one language is written in it. It knows 83 languages.
std::optional<std::string> language_of(std::string_view text);

}  // namespace docmill::text
