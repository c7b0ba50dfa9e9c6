#include <gtest/gtest.h>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

Drawn drawn(const OnePage& page) {
  const std::string pdf = page.pdf();
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) throw std::runtime_error(document.error().text());
  auto loaded = document->load_page(PageIndex{0});
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return loaded->drawn();
}

bool draws_something(const OnePage& page) { return drawn(page) != Drawn::nothing; }

const std::string image = "BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI";

TEST(PdfDrawn, ABlankPageDrawsNothing) { EXPECT_FALSE(draws_something({})); }

TEST(PdfDrawn, TextThatIsExtractedDoesNotCount) { EXPECT_FALSE(draws_something({.content = show("(text)")})); }

TEST(PdfDrawn, ImagesPathsAndShadingsCount) {
  EXPECT_TRUE(draws_something({.content = "q 50 0 0 50 0 0 cm " + image + " Q"}));
  EXPECT_TRUE(draws_something({.content = "10 10 m 60 60 l S"}));
  EXPECT_TRUE(draws_something({.content = "10 10 50 50 re f"}));
  EXPECT_TRUE(draws_something(
      {.content = "/S sh",
       .page_entries = "/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function<<"
                       "/FunctionType 2/Domain[0 1]/N 1>>>>>>>>"}));
}

TEST(PdfDrawn, AWhiteBackgroundDoesNotCount) {
  EXPECT_FALSE(draws_something({.content = "1 g 0 0 200 100 re f"}));
  EXPECT_FALSE(draws_something({.content = "0 0 200 100 re W n"}));
  EXPECT_TRUE(draws_something({.content = "1 g 0 0 200 100 re B"}));
}

TEST(PdfDrawn, WhatAFormDrawsCounts) {
  const auto with_form = [](const std::string& content) {
    return OnePage{.content = "/X Do",
                   .page_entries = "/Resources<</XObject<</X 6 0 R>>>>",
                   .more = {stream("/Type/XObject/Subtype/Form/BBox[0 0 100 100]", content)}};
  };
  EXPECT_TRUE(draws_something(with_form("0 0 50 50 re f")));
  EXPECT_FALSE(draws_something(with_form("")));
}

TEST(PdfDrawn, AFormThatDrawsItselfEnds) {
  EXPECT_FALSE(draws_something(
      {.content = "/X Do",
       .page_entries = "/Resources<</XObject<</X 6 0 R>>>>",
       .more = {stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", "/X Do")}}));
}

TEST(PdfDrawn, GlyphsWithoutUnicodeCount) {
  const OnePage type3 = {
      .content = show("(a)"),
      .more = {stream("", "750 0 0 0 750 750 d1 0 0 750 750 re f")},
      .font =
          "<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<</sq 6 0 R>>"
          "/Encoding<</Type/Encoding/Differences[97/sq]>>/FirstChar 97/LastChar 97/Widths[1000]>>"};
  EXPECT_EQ(drawn(type3), Drawn::unknown_glyphs);
  EXPECT_EQ(drawn({.content = "10 10 50 50 re f"}), Drawn::pictures);
}

TEST(PdfDrawn, InvisibleTextDoesNotCount) { EXPECT_FALSE(draws_something({.content = "3 Tr " + show("(\001)")})); }

TEST(PdfDrawn, AppearancesCountUnlessHidden) {
  const auto with_annotation = [](const std::string& entries, const std::string& content) {
    return OnePage{
        .page_entries = "/Annots[6 0 R]",
        .more = {"<</Type/Annot/Subtype/Stamp/Rect[0 0 100 20]/AP<</N 7 0 R>>" + entries + ">>", appearance(content)}};
  };
  EXPECT_TRUE(draws_something(with_annotation("", "0 0 50 20 re f")));
  EXPECT_FALSE(draws_something(with_annotation("/F 2", "0 0 50 20 re f")));
  EXPECT_FALSE(draws_something(with_annotation("", show("(text only)", 0, 5))));
}

}  // namespace
}  // namespace docmill::pdf
