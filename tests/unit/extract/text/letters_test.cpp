#include "extract/text/letters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <string_view>

namespace docmill::text {
namespace {

constexpr std::u16string_view english =
    u"The lighthouse on the northern mole was built in 1871 and is still lit every evening by the keeper, who lives "
    u"with "
    u"two dogs in the house beside the tower. Visitors may climb the stairs on the first Sunday of each month between "
    u"ten and four, weather permitting.";

std::u16string shifted(std::u16string_view text, int by) {
  std::u16string result;
  for (const char16_t c : text) {
    const bool letter = c >= u'a' && c <= u'z';
    result.push_back(letter ? static_cast<char16_t>(u'a' + (c - u'a' + by) % 26) : c);
  }
  return result;
}

TEST(Spelling, OfWordsOfAnyLanguageIsLikely) {
  for (const std::u16string_view text :
       {english,
        std::u16string_view(u"Die Bürger der Gemeinde möchten über die Brücke gehen und wünschen sich für das "
                            u"nächste Jahr schönere Straßen, größere Plätze und längere Öffnungszeiten."),
        std::u16string_view(u"Маяк на северном молу построен много лет назад и до сих пор каждый вечер зажигается "
                            u"смотрителем, который живёт с двумя собаками в доме рядом с башней у моря."),
        std::u16string_view(u"Ο φάρος στον βόρειο μόλο χτίστηκε πριν από πολλά χρόνια και ανάβει κάθε βράδυ από τον "
                            u"φύλακα που ζει με δύο σκυλιά στο σπίτι δίπλα στον πύργο του λιμανιού."),
        std::u16string_view(
            u"Krzysztof Szczepański, Nguyễn Văn Thành, Þórdís Björk, Szabó György, Hrvoje Brkić, Ngozi "
            u"Okonjo-Iweala, Vytautas Žemaitis, Mwangi wa Njoroge, Zsófia Kovács, Zbigniew Brzezinski")}) {
    const Spelling spelling = spelling_of(text);
    EXPECT_TRUE(spelling.is_judged());
    EXPECT_GE(spelling.share(), Spelling::likely);
  }
}

TEST(Spelling, OfShiftedLettersIsDoubtful) {
  for (int by = 1; by < 26; ++by) EXPECT_TRUE(spelling_of(shifted(english, by)).is_doubtful()) << by;
}

TEST(Spelling, OfExchangedLettersIsDoubtfulNineteenTimesInTwenty) {
  std::mt19937 random(7);
  int doubtful = 0;
  constexpr int tries = 400;
  for (int i = 0; i < tries; ++i) {
    std::u16string order(26, u'a');
    std::iota(order.begin(), order.end(), u'a');
    std::ranges::shuffle(order, random);
    std::u16string text(english);
    for (char16_t& c : text)
      if (c >= u'a' && c <= u'z') c = order[c - u'a'];
    if (spelling_of(text).is_doubtful()) ++doubtful;
  }
  EXPECT_GE(20 * doubtful, 19 * tries);
}

TEST(Spelling, OfGlyphNumbersTakenForLettersIsImpossible) {
  EXPECT_TRUE(spelling_of(u"+HUDXVJHEHU *HPHLQGHYHUZDOWXQJ 6FKXWWHUZDOG YHUDQWZRUWO GHQ ,QKDOW GHV DPWOLFKHQ 7HLOV "
                          u"+HUU 0DUWLQ +ROVFKXK *HVDPWKHUVWHOOXQJ 3ULQW6HUYLFH +DVHOZDQGHUVWU 'LH QHXH "
                          u"+DFNVFKQLW]HOKHL]XQJ VHW]W DXI HUQHXHUEDUH (QHUJLHQ XQG UHJLRQDOH %UHQQVWRIIH")
                  .is_impossible());
}

TEST(Spelling, IsNotJudgedByPartsInitialsAndNumbers) {
  for (const std::u16string_view text :
       {std::u16string_view(
            u"RC0805FR-0710KL GRM21BR71H104KA01L STM32F407VGT6 BSS138LT1G MAX3232ESE WVWZZZ1JZXW000001"),
        std::u16string_view(
            u"NATO HTML CSS XML PDF JPEG TIFF ISO IEC DIN BSI RFC HTTP TCP UDP DNS TLS SSH GPU CPU SQL"),
        std::u16string_view(u"12.50 1,874.00 33.1 % 42 2021-05-04 17:30 0x7F 1e-5 3.14159 +49 30 1234567"),
        std::u16string_view(u"f(x) = ∑ aₙ xⁿ, ∂u/∂t = α ∇²u, E = mc², ∮ B·dl = μ₀ I, λ₁ ≤ λ₂ ≤ … ≤ λₙ"),
        std::u16string_view(u"北防波堤上的灯塔建于一八七一年，至今仍由看守人每晚点亮"),
        std::u16string_view(u"بنيت المنارة على الرصيف الشمالي منذ سنوات عديدة"),
        std::u16string_view(u"ประภาคารบนท่าเรือด้านเหนือสร้างขึ้นเมื่อหลายปีก่อน")})
    EXPECT_LT(spelling_of(text).sequences, 20U);
}

TEST(Spelling, IsNotJudgedByTheAlphabet) {
  EXPECT_EQ(spelling_of(u"ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz ACDEFGJMN qrstuvwxz").sequences, 0U);
}

TEST(Spelling, CountsAWordOnce) {
  const Spelling once = spelling_of(u"wkrz");
  EXPECT_EQ(once.sequences, 0U);  // no vowel: an abbreviation
  EXPECT_EQ(spelling_of(u"lighthouse").sequences, spelling_of(u"lighthouse lighthouse, lighthouse").sequences);
}

}  // namespace
}  // namespace docmill::text
