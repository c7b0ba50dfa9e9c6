// How far a page's own text can be trusted to be what a person sees. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "extract/pdf/pdf.h"

namespace docmill::extract {

/// What came of recognising some lines and comparing.
enum class Verdict : std::uint8_t {
  unchecked,     // nobody did
  confirmed,     // what is drawn says the same
  undecided,     // in the margin between the two: the text stays
  unconvincing,  // what was read is no measure: a script that no language covers, a picture
  contradicted,  // what is drawn says something else
};

/// Fonts of a page that are judged together: one with words enough, or all the others.
struct TextGroup {
  std::vector<std::uint16_t> fonts;  // of PageText::fonts
  pdf::FontText text;                // theirs together
  Verdict verdict = Verdict::unchecked;

  /// Whether its text looks as right text does not.
  bool has_signal() const;
  /// Of its readable characters, 0 to 1.
  double trust() const;
  /// The same, where what was checked without a result stays.
  double trust_for_ocr() const;
};

class Trust {
 public:
  enum class Grouping : std::uint8_t { fonts_with_words, every_font };
  Trust(const pdf::PageText& text, Grouping grouping);

  std::vector<TextGroup>& groups() { return groups_; }
  bool has_signal() const;

  /// 0 to 1: the mean of all glyphs, 0 for each that is unreadable, and for the others
  ///   - 1 where what is drawn was read and is the same, 0 where it is not, 0.5 or more where that is undecided;
  ///   - else as its words are spelled (text/letters.h): 1 from Spelling::likely on, 0.5 at Spelling::impossible; 1 for
  ///     too few words; and 0.4 at most for what looks like wrong bytes.
  double value() const;
  /// The same without what is unreadable or contradicted.
  double value_of_readable() const;

  /// Whether the page is to be recognised. What was checked without a result stays.
  bool is_below(double trust_min) const;
  /// The fonts (of PageText::fonts) that make it so: all of which less is readable and trusted.
  std::vector<std::uint16_t> fonts_below(double trust_min) const;

  /// Codes of the `warnings` column. A bullet without a character is no reason: glyphs count from three lines' worth or
  /// a fifth of the page on.
  std::vector<std::string_view> reasons() const;

 private:
  std::vector<pdf::FontText> fonts_;
  std::vector<TextGroup> groups_;
};

}  // namespace docmill::extract
