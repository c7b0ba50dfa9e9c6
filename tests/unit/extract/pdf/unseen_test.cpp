// What nobody sees is not in the text. The oracle is the specification: each page says itself what is painted where.
#include <gtest/gtest.h>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

struct Found {
  std::string text;
  bool hidden = false, undecided = false;
};

Found read(const OnePage& page, bool may_draw = true) {
  const std::string pdf = page.pdf();
  auto document = Document::open(bytes_of(pdf), {});
  auto loaded = document->load_page(PageIndex{0});
  const auto text = loaded->text({.may_draw = may_draw});
  return {.text = text->page, .hidden = text->hidden_text, .undecided = text->hidden_text_undecided};
}

void expect_hidden(const OnePage& page, std::string_view rest = "seen") {
  const Found found = read(page);
  EXPECT_EQ(found.text, rest) << page.content;
  EXPECT_TRUE(found.hidden);
  EXPECT_FALSE(found.undecided);
}

void expect_seen(const OnePage& page, std::string_view text = "seen\nthat") {
  const Found found = read(page);
  EXPECT_EQ(found.text, text) << page.content;
  EXPECT_FALSE(found.hidden);
  EXPECT_FALSE(found.undecided);
}

const std::string seen = show("(seen)", 10, 80);
const std::string that = show("(that)", 10, 30);
const std::string bar = "5 20 100 30 re f\n";  // around `that`

/// Object 6, 2 by 2 pixels, as /X.
OnePage with_picture(const std::string& content) {
  return {.content = content,
          .page_entries = "/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>",
          .more = {stream("/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray",
                          "\x80\x90\xA0\xB0")}};
}

TEST(UnseenText, OutsideOfThePagesBoxIsLeftOut) {
  expect_hidden({.content = seen + show("(that)", 10, 150)});
  expect_hidden({.content = seen + that, .page_entries = "/CropBox[0 60 200 100]"});
  expect_hidden({.content = seen + show("(that)", -100, 80)});
  expect_hidden({.content = seen + that, .page_entries = "/CropBox[0 60 200 100]/Rotate 90"});
}

TEST(UnseenText, OfALineThatThePageCutsTheRestIsLeftOut) {
  expect_hidden({.content = show("(seen and cut off)", 10, 50), .page_entries = "/CropBox[0 0 37 100]"});
}

TEST(UnseenText, InTheColourOfItsGroundIsLeftOut) {
  expect_hidden({.content = seen + "1 g " + that});
  expect_hidden({.content = seen + "0 0 1 rg " + bar + that});
  expect_hidden({.content = seen + "0 0 1 rg " + bar + "0.01 0 1 rg " + that});
}

TEST(UnseenText, InAnotherColourStays) {
  expect_seen({.content = seen + "0 g " + bar + "1 g " + that});
  // Of one brightness, and told apart all the same.
  expect_seen({.content = seen + "1 0 0 rg " + bar + "0 0.51 0 rg " + that});
}

TEST(UnseenText, WithoutColourIsLeftOut) {
  expect_hidden(
      {.content = seen + "/G gs " + that, .page_entries = "/Resources<</Font<</F 5 0 R>>/ExtGState<</G<</ca 0>>>>>>"});
}

TEST(UnseenText, CoveredIsLeftOut) {
  expect_hidden({.content = seen + that + "0 g " + bar});
  expect_hidden({.content = seen + that + "1 g " + bar});
  expect_hidden(with_picture(seen + that + "q 100 0 0 30 5 20 cm /X Do Q"));
}

TEST(UnseenText, HalfCoveredStays) { expect_seen({.content = seen + that + "0 g 5 20 15 30 re f"}); }

TEST(UnseenText, UnderAVeilStays) {
  expect_seen({.content = seen + that + "/G gs 0 g " + bar,
               .page_entries = "/Resources<</Font<</F 5 0 R>>/ExtGState<</G<</ca 0.5>>>>>>"});
}

TEST(UnseenText, ClippedAwayIsLeftOut) {
  expect_hidden({.content = seen + "q 0 60 5 5 re W n " + that + "Q"});
  expect_hidden({.content = seen + "q 0 0 0 0 re W n " + that + "Q"});
  expect_hidden({.content = seen + "q 150 0 m 180 0 180 30 150 30 c 120 30 120 0 150 0 c 150 0 l h W n " + that + "Q"});
  expect_seen({.content = seen + "q 0 20 100 30 re W n " + that + "Q"});
}

TEST(UnseenText, TheTextLayerOfAScanStays) {
  const std::string scan = "q 200 0 0 100 0 0 cm /X Do Q\n";
  const std::string layer = "BT 3 Tr /F 12 Tf 10 30 Td (that) Tj ET\n";
  expect_seen(with_picture(scan + layer), "that");
  expect_seen(with_picture(layer + scan), "that");
  expect_seen(with_picture(that + scan), "that");
}

TEST(UnseenText, InvisibleOnBarePaperIsLeftOut) {
  expect_hidden({.content = seen + "BT 3 Tr /F 12 Tf 10 30 Td (that) Tj ET"});
  // Beside letters that are drawn as outlines it is their text.
  expect_seen({.content = seen + "12 30 5 9 re f 20 30 5 9 re f BT 3 Tr /F 12 Tf 10 30 Td (that) Tj ET"});
}

TEST(UnseenText, DrawnTwiceIsThereOnce) {
  expect_seen({.content = seen + "0 0 1 rg " + that + that});
  // Each of the two would be missed by nobody; both would.
  EXPECT_EQ(read({.content = seen + "/OC /A BDC " + that + that + "EMC"}).text, "seen\nthat");
}

/// Objects 6 and 7 are layers, the first switched off; 8 is a form with `that`.
OnePage with_layers(const std::string& content, const std::string& form_entries = "") {
  return {.content = content,
          .page_entries = "/Resources<</Font<</F 5 0 R>>/Properties<</Off 6 0 R/On 7 0 R>>/XObject<</X 8 0 R>>>>",
          .catalog_entries = "/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[6 0 R]>>>>",
          .more = {"<</Type/OCG/Name(off)>>", "<</Type/OCG/Name(on)>>",
                   stream("/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Resources<</Font<</F 5 0 R>>>>" + form_entries,
                          that)}};
}

TEST(UnseenText, OfALayerThatIsSwitchedOffIsLeftOut) {
  expect_hidden(with_layers(seen + "/OC /Off BDC " + that + "EMC"));
  expect_hidden(with_layers(seen + "/OC /Off BDC /X Do EMC"));
  expect_hidden(with_layers(seen + "/X Do", "/OC 6 0 R"));
  // Two languages on one line.
  expect_hidden(with_layers("/OC /On BDC " + seen + "EMC /OC /Off BDC " + show("(gesehen)", 10, 80) + "EMC"));
}

TEST(UnseenText, OfALayerThatIsSwitchedOnStays) {
  expect_seen(with_layers(seen + "/OC /On BDC " + that + "EMC"));
  expect_seen(with_layers(seen + "/X Do", "/OC 7 0 R"));
}

TEST(UnseenText, BlanksAreNothingToTellOf) { expect_seen({.content = seen + "1 g " + show("(   )", 10, 30)}, "seen"); }

TEST(UnseenText, SuspectsThatMayNotBeDrawnAreKeptAndTold) {
  const Found found = read({.content = seen + "1 g " + that}, false);
  EXPECT_EQ(found.text, "seen\nthat");
  EXPECT_FALSE(found.hidden);
  EXPECT_TRUE(found.undecided);
}

TEST(UnseenText, MoreSuspectsAboveEachOtherThanDrawingsAreKeptAndTold) {
  std::string content = seen;
  for (int i = 0; i < 12; ++i)
    content += "1 g " + show("(" + std::string(1, static_cast<char>('a' + i)) + "bc)", 10, 30);
  const Found found = read({.content = content});
  EXPECT_TRUE(found.hidden);
  EXPECT_TRUE(found.undecided);
}

}  // namespace
}  // namespace docmill::pdf
