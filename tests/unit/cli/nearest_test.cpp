#include "cli/nearest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace docmill {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  // The first three are the customary examples for Levenshtein's distance.
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("saturday", "sunday"), 3U);
  EXPECT_EQ(edit_distance("flaw", "lawn"), 2U);
  EXPECT_EQ(edit_distance("workres", "workers"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("OCR_DPI", "ocr-dpi"), 0U);
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  const std::vector<std::string> flags{"in", "out", "ocr", "ocr-languages", "ocr-dpi", "workers"};
  const auto found = [&](std::string_view word) { return flags.at(nearest(word, flags).value()); };
  EXPECT_EQ(found("ocr-dpii"), "ocr-dpi");
  EXPECT_EQ(found("wrokers"), "workers");
  EXPECT_EQ(found("ocr-lang"), "ocr-languages");
  EXPECT_EQ(found("ocr_languages"), "ocr-languages");
}

TEST(Nearest, HasNoAnswerWithoutWordsOrForALongOne) {
  EXPECT_EQ(nearest("a", {}), std::nullopt);
  const std::vector<std::string> words{"a"};
  EXPECT_EQ(nearest(std::string(100'000, 'a'), words), std::nullopt);
}

}  // namespace
}  // namespace docmill
