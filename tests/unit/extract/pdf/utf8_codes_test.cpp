#include <gtest/gtest.h>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

/// The page that shows `shown` (a PDF string) in a CID font of this ordering with this predefined character map.
std::string page_in(const std::string& map, const std::string& ordering, const std::string& shown) {
  return OnePage{.content = shown,
                 .more = {"<</Type/Font/Subtype/CIDFontType0/BaseFont/None/CIDSystemInfo<</Registry(Adobe)/Ordering(" +
                              ordering + ")/Supplement 6>>/FontDescriptor 7 0 R/DW 1000>>",
                          "<</Type/FontDescriptor/FontName/None/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent "
                          "900/Descent -200/CapHeight 700/StemV 80>>"},
                 .media_box = "[0 0 600 100]",
                 .font = "<</Type/Font/Subtype/Type0/BaseFont/None/Encoding/" + map + "/DescendantFonts[6 0 R]>>"}
      .pdf();
}

std::string text_in(const std::string& map, const std::string& ordering, const std::string& shown) {
  const std::string pdf = page_in(map, ordering, shown);
  auto document = Document::open(bytes_of(pdf), {});
  auto page = document->load_page(PageIndex{0});
  return page->text()->page;
}

TEST(Utf8Codes, AreDecoded) {
  EXPECT_EQ(text_in("UniJIS-UTF8-H", "Japan1", show("(\u6E2F\u6E7E\u4E8B\u52D9\u6240)")),
            "\u6E2F\u6E7E\u4E8B\u52D9\u6240");
  EXPECT_EQ(text_in("UniGB-UTF8-H", "GB1", show("(\u4E2D\u6587\u6D4B\u8BD5)")), "\u4E2D\u6587\u6D4B\u8BD5");
  EXPECT_EQ(text_in("UniKS-UTF8-H", "Korea1", show("(\uD55C\uAE00)")), "\uD55C\uAE00");
}

TEST(Utf8Codes, AsciiInSuchAFontIsDecodedWithTheRest) {
  EXPECT_EQ(text_in("UniJIS-UTF8-H", "Japan1", show("(\u6E2F\u6E7E)", 10, 60) + show("(Tel. 09-12)", 10, 20)),
            "\u6E2F\u6E7E\nTel. 09-12");
}

TEST(Utf8Codes, DecodedGlyphsAreReadable) {
  const std::string pdf = page_in("UniJIS-UTF8-H", "Japan1", show("(\u6E2F\u6E7E)"));
  auto document = Document::open(bytes_of(pdf), {});
  auto page = document->load_page(PageIndex{0});
  const auto text = page->text();
  EXPECT_EQ(text->readable, 2U);
  EXPECT_EQ(text->unreadable, 0U);
  EXPECT_EQ(page->drawn(), Drawn::nothing);
}

TEST(Utf8Codes, MapsOfUtf16StayWhatTheyAre) {
  EXPECT_EQ(text_in("UniJIS-UTF16-H", "Japan1", show("<6E2F6E7E>")), "\u6E2F\u6E7E");
  EXPECT_EQ(text_in("UniJIS2004-UTF16-H", "Japan1", show("<6E2F6E7E4E8B>")), "\u6E2F\u6E7E\u4E8B");
}

}  // namespace
}  // namespace docmill::pdf
