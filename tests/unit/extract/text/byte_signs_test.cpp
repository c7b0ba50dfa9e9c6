#include "extract/text/byte_signs.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace docmill::text {
namespace {

bool are_wrong(std::u32string_view text) {
  ByteSigns signs;
  for (const char32_t c : text) signs.take(c);
  return signs.are_wrong();
}

constexpr std::u32string_view english = U"The lighthouse on the northern mole";
constexpr std::string_view russian_utf8 = "Маяк на северном молу построен давно";

TEST(ByteSigns, KnowsExchangedBytesOfUtf16) {
  std::u32string text;
  for (const char32_t c : english) text.push_back(c << 8U);
  EXPECT_TRUE(are_wrong(text));
}

TEST(ByteSigns, KnowsPairsOfUtf8) {
  std::u32string text;
  for (std::size_t i = 0; i + 1 < russian_utf8.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(russian_utf8[at]); };
    const bool two = byte(i) >= 0xC2;
    text.push_back(two ? (char32_t{byte(i)} << 8U) | byte(i + 1) : char32_t{byte(i)});
    i += two ? 2 : 1;
  }
  EXPECT_TRUE(are_wrong(text));
}

TEST(ByteSigns, KnowsUtf8AsLatin1) {
  std::u32string text;
  for (const char byte : russian_utf8) text.push_back(static_cast<unsigned char>(byte));
  EXPECT_TRUE(are_wrong(text));
  EXPECT_TRUE(are_wrong(U"fÃ¼r schÃ¶nere StraÃŸen, grÃ¶ÃŸere PlÃ¤tze"));
}

TEST(ByteSigns, KnowsAnotherAlphabetAsLatin1) {
  EXPECT_TRUE(are_wrong(U"Ìàÿê íà ñåâåðíîì ìîëó ïîñòðîåí ìíîãî ëåò íàçàä è äî ñèõ ïîð çàæèãàåòñÿ"));
}

TEST(ByteSigns, FindsNothingInRightText) {
  for (const std::u32string_view text :
       {english, std::u32string_view(U"Die Bürger möchten über die Brücke gehen; „schönere“ Straßen – größere Plätze"),
        std::u32string_view(U"Nguyễn Văn Thành, Þórdís Björk, Hrvoje Brkić, Žemaitis, château, où, été, ÀÉÈ ÄÖÜ"),
        std::u32string_view(U"Маяк на северном молу построен давно"),
        std::u32string_view(U"北防波堤上的灯塔建于一八七一年"),
        std::u32string_view(U"북쪽 방파제의 등대는 오래전에 세워졌으며 지금도 등대지기가 매일 저녁 불을 밝힌다"),
        std::u32string_view(U"f(x) = ∑ aₙ xⁿ ± 2·π × ∮ B·dl ≤ ½ ¼ °C µm §§ 3–4 “quoted” ‘text’ … €£¥ ®©™")})
    EXPECT_FALSE(are_wrong(text));
}

}  // namespace
}  // namespace docmill::text
