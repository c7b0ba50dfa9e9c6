// From a parser's UTF-16 to the text of the table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace docmill::text {

/// PDFium's mark for a hyphen that broke a word at the end of a line; the line break itself is already gone.
inline constexpr char16_t line_end_hyphen = 0x0002;

struct Cleaned {
  std::string text;
  bool invalid_characters = false;  // NULs, lone surrogates or non-characters were dropped
};

/// Valid UTF-8 in NFC: ligatures U+FB00 to U+FB06 spelled out, soft hyphens (U+00AD) and control characters but tab
/// and line feed dropped, every line end one '\n', no white space at the end of a line, none at the end of the text.
///
/// A line_end_hyphen goes where it broke a word ("exam-" "ple"), and stays as '-' elsewhere ("2019-" "2020"). Between
/// capitals it goes where they are spelled as a word is ("OP-" "TIONAL", not "CD-" "ROM").
/// Pure; one pass over text that is in NFC already.
Cleaned clean(std::u16string_view raw);

/// A word of a cleaned text.
struct CleanedWord {
  std::string text;
  std::size_t first = 0, last = 0;  // units of the raw text that it came from: no other word has one between these
  std::size_t line = 0;             // of the text, from 0; empty ones count
};

struct CleanedWords {
  Cleaned cleaned;
  std::vector<CleanedWord> words;
};

/// The same text, and its words in their order: what stands between white space (Unicode's White_Space). A word that
/// was broken at a line's end is one.
CleanedWords clean_with_words(std::u16string_view raw);

/// What stands between white space, in the order of the text. `utf8` is valid.
std::vector<std::string_view> words_in(std::string_view utf8);

}  // namespace docmill::text
