#include "extract/pdf/font_style.h"

#include <gtest/gtest.h>

namespace docmill::pdf {
namespace {

TEST(FontStyle, TheTagOfASubsetIsNoPartOfTheName) {
  EXPECT_EQ(font_name_of("ABCDEF+Arial-BoldMT"), "Arial-BoldMT");
  EXPECT_EQ(font_name_of("ABCDE+Arial"), "ABCDE+Arial");
  EXPECT_EQ(font_name_of("abcdef+Arial"), "abcdef+Arial");
  EXPECT_EQ(font_name_of("ABCDEF+"), "ABCDEF+");
  EXPECT_EQ(font_name_of(""), "");
}

TEST(FontStyle, NamesAreUtf8AndShort) {
  EXPECT_EQ(font_name_of("Caf\xC3\xA9"), "Caf\u00E9");
  EXPECT_EQ(font_name_of("Caf\xE9"), "Caf\u00E9");
  EXPECT_EQ(font_name_of(std::string(300, 'a')), std::string(127, 'a'));
  std::string accents;
  while (accents.size() < 300) accents += "\u00E9";
  EXPECT_EQ(font_name_of(accents), accents.substr(0, 126));
}

TEST(FontStyle, NamesSayWhatIsBold) {
  for (const char* bold :
       {"Arial-BoldMT", "Arial,Bold", "Helvetica-Bold", "TimesNewRomanPS-BoldItalicMT", "CMBX10", "CMBXTI10", "CMMIB10",
        "SFBX1000", "NimbusRomNo9L-Medi", "NimbusRomNo9L-MediItal", "MyriadPro-Semibold", "FranklinGothic-Demi",
        "Arial-Black", "HelveticaNeue-Heavy", "FrutigerLTStd-Bd", "LiberationSans-Bold"})
    EXPECT_TRUE(names_bold(bold)) << bold;
  for (const char* other : {"ArialMT", "Helvetica", "NimbusRomNo9L-Regu", "HelveticaNeue-Medium", "CMR10", "CMTI10",
                            "Blackadder", "Heavenetica", "MyriadPro-Regular", "Demijohn"})
    EXPECT_FALSE(names_bold(other)) << other;
}

TEST(FontStyle, NamesSayWhatIsItalic) {
  for (const char* italic : {"Arial-ItalicMT", "Helvetica-Oblique", "Times-BoldItalic", "NimbusRomNo9L-ReguItal",
                             "MyriadPro-It", "MyriadPro-BoldIt", "Arial,Italic", "LMRomanSlant10-Slanted"})
    EXPECT_TRUE(names_italic(italic)) << italic;
  for (const char* other : {"ArialMT", "Helvetica-Bold", "Summit", "Capital", "Digital-Regular"})
    EXPECT_FALSE(names_italic(other)) << other;
}

}  // namespace
}  // namespace docmill::pdf
