// What is promised of a page's words, whatever page it is.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "document/page.h"

namespace docmill {

/// White space as Unicode has it, of what texts hold: each run becomes one blank, none stands at an end.
inline std::string with_single_blanks(const std::string& text) {
  static const std::vector<std::string> others = {"\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                                  "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                                  "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  std::string result;
  bool blank = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = text[at] == ' ' || text[at] == '\n' || text[at] == '\t' ? 1 : 0;
    for (const std::string& other : others)
      if (text.compare(at, other.size(), other) == 0) length = other.size();
    if (length == 0) {
      if (blank && !result.empty()) result.push_back(' ');
      result.push_back(text[at++]);
    }
    blank = length > 0;
    at += length;
  }
  return result;
}

inline std::string joined(const std::vector<PageWord>& words) {
  std::string result;
  for (const PageWord& word : words) result += (result.empty() ? "" : " ") + word.text;
  return result;
}

inline void expect_words_are_the_text(const PageRow& row) {
  EXPECT_EQ(joined(row.words), with_single_blanks(row.text));
  for (const PageWord& word : row.words) {
    EXPECT_TRUE(0 <= word.box.left && word.box.left <= word.box.right && word.box.right <= row.width_pt.value_or(0) &&
                0 <= word.box.top && word.box.top <= word.box.bottom && word.box.bottom <= row.height_pt.value_or(0))
        << word.text;
    EXPECT_EQ(word.text, with_single_blanks(word.text));
  }
}

}  // namespace docmill
