#include "extract/pdf/fonts.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "extract/pdf/pdfium_api.h"
#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

std::string family_for(const FontSet& fonts, const FontRequest& request) {
  const Font* font = fonts.find(request);
  if (font == nullptr) return "none";
  return font->family + (font->bold ? " bold" : "") + (font->italic ? " italic" : "");
}

TEST(PdfFonts, ReadsFamiliesAndStylesFromTheFiles) {
  const auto fonts = FontSet::map(test_fonts);
  ASSERT_TRUE(fonts) << fonts.error().text();
  const auto is_mono_bold_italic = [](const Font& font) {
    return font.family == "Liberation Mono" && font.bold && font.italic;
  };
  EXPECT_EQ(std::count_if(fonts->fonts().begin(), fonts->fonts().end(), is_mono_bold_italic), 1);
}

TEST(PdfFonts, MapsRequestsToTheClosestFont) {
  const auto fonts = FontSet::map(test_fonts);
  ASSERT_TRUE(fonts);
  EXPECT_EQ(family_for(*fonts, {.name = "Helvetica"}), "Liberation Sans");
  EXPECT_EQ(family_for(*fonts, {.name = "Arial", .bold = true, .italic = true}), "Liberation Sans bold italic");
  EXPECT_EQ(family_for(*fonts, {.name = "TimesNewRoman", .italic = true}), "Liberation Serif italic");
  EXPECT_EQ(family_for(*fonts, {.name = "CourierNew", .bold = true}), "Liberation Mono bold");
  EXPECT_EQ(family_for(*fonts, {.name = "LiberationSansNarrow"}), "Liberation Sans Narrow");
  EXPECT_EQ(family_for(*fonts, {.name = "Unheard", .serif = true}), "Liberation Serif");
  EXPECT_EQ(family_for(*fonts, {.name = "Unheard", .fixed_pitch = true}), "Liberation Mono");
  EXPECT_EQ(family_for(*fonts, {.name = "Unheard"}), "Liberation Sans");
  EXPECT_EQ(family_for(*fonts, {.name = "Wingdings", .charset = FXFONT_SYMBOL_CHARSET}), "none");
  for (const int charset :
       {FXFONT_SHIFTJIS_CHARSET, FXFONT_HANGEUL_CHARSET, FXFONT_GB2312_CHARSET, FXFONT_CHINESEBIG5_CHARSET})
    EXPECT_EQ(family_for(*fonts, {.name = "STSong", .charset = charset}), "Droid Sans Fallback") << charset;
}

TEST(PdfFonts, AFolderThatIsMissingIsNotFound) {
  const auto fonts = FontSet::map("/usr/share/fonts/truetype/liberation:/no/such/folder");
  ASSERT_FALSE(fonts);
  EXPECT_EQ(fonts.error().kind, ErrorKind::not_found);
  EXPECT_EQ(fonts.error().subject, "/no/such/folder");
}

TEST(PdfFonts, AFolderWithoutFontsIsNotFound) {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("no-fonts-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto fonts = FontSet::map(folder.string());
  std::filesystem::remove(folder);
  ASSERT_FALSE(fonts);
  EXPECT_EQ(fonts.error().kind, ErrorKind::not_found);
}

int ink_of(const OnePage& page) {
  const std::string pdf = page.pdf();
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) return -1;
  auto loaded = document->load_page(PageIndex{0});
  if (!loaded) return -1;
  const auto image = loaded->render(Dpi{72}, Limits{});
  if (!image) return -1;
  return static_cast<int>(
      std::count_if(image->pixels.begin(), image->pixels.end(), [](std::uint8_t value) { return value < 128; }));
}

OnePage in_font(const std::string& name) {
  return {.content = show("(Hamburgefonts)"),
          .font = "<</Type/Font/Subtype/TrueType/BaseFont/" + name + "/Encoding/WinAnsiEncoding>>"};
}

// Two Chinese characters in a font that the document names but does not carry.
const OnePage chinese = {
    .content = show("<4E2D6587>"),
    .more = {"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
             "/Supplement 4>>/DW 1000/FontDescriptor 7 0 R>>",
             "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880"
             "/Descent -120/CapHeight 880/StemV 93>>"},
    .font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>"};

void draw_without_files() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_NOFILE, &none) != 0) ::_exit(2);
  for (const OnePage& page : {in_font("Verdana"), in_font("Georgia"), in_font("Consolas"), chinese})
    if (ink_of(page) < 20) ::_exit(1);
  ::_exit(0);
}

TEST(PdfFontsDeathTest, DrawsFontsThatADocumentLacksWithoutOpeningAFile) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a fresh process, where no other test has loaded a font
  EXPECT_EXIT(draw_without_files(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace docmill::pdf
