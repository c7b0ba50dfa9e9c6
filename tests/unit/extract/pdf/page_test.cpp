// Which pages of a PDF are recognised, and what comes of their own text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "extract/extract.h"
#include "extract/pdf/pdf.h"
#include "unit/extract/pdf/tiny_pdf.h"
#include "unit/extract/recording_sink.h"
#include "unit/extract/warm.h"
#include "unit/extract/words_of.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RecordingSink read(const OnePage& page, OcrMode mode, bool recogniser) {
  RecordingSink sink;
  EXPECT_TRUE(warm()) << warm().error().text();
  EXPECT_TRUE(!recogniser || warm_ocr());
  Options options;
  options.recipe.ocr = mode;
  options.recipe.outputs.add(OutputId::words);
  options.recogniser_available = recogniser;
  const std::string pdf = page.pdf();
  EXPECT_TRUE(extract(bytes_of(pdf), options, sink));
  for (const PageRow& row : sink.rows) expect_words_are_the_text(row);
  return sink;
}

/// The decision of a process without a recogniser.
std::string decision(const OnePage& page) {
  const RecordingSink sink = read(page, OcrMode::automatic, false);
  EXPECT_EQ(sink.rows.size() + sink.need_ocr.size(), 1);
  return sink.decisions.empty() ? "" : sink.decisions.front();
}

PageRow row_of(const OnePage& page, OcrMode mode = OcrMode::automatic) {
  const RecordingSink sink = read(page, mode, true);
  EXPECT_EQ(sink.rows.size(), 1);
  return sink.rows.empty() ? PageRow{} : sink.rows.front();
}

std::string image_object(const GrayImage& image) {
  return stream("/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray/Width " +
                    std::to_string(image.width_px) + "/Height " + std::to_string(image.height_px),
                {reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size()});
}

/// An image object with the page that `content` draws, as a scanner sees it.
std::string scan_of(const std::string& content) {
  EXPECT_TRUE(warm());
  const std::string pdf = OnePage{.content = content}.pdf();
  auto document = pdf::Document::open(bytes_of(pdf), {});
  auto page = document->load_page({0});
  return image_object(*page->render({200}, Limits{}));
}

/// A photo of nothing: slow waves of light.
std::string photo() {
  GrayImage image{.width_px = 300, .height_px = 150, .dpi = 0, .pixels = {}};
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x)
      image.pixels.push_back(
          static_cast<std::uint8_t>(128 + (60 * std::sin(x / 23.0)) + (60 * std::cos((x + y) / 17.0))));
  return image_object(image);
}

/// A page that draws the image object 6 into a box, before `content`.
OnePage with_image(const std::string& object, const std::string& content = "",
                   const std::string& box = "200 0 0 100 0 0") {
  return {.content = "q " + box + " cm /Im Do Q\n" + content,
          .page_entries = "/Resources<</Font<</F 5 0 R>>/XObject<</Im 6 0 R>>>>",
          .more = {object}};
}

const std::string poem = show("(The moon is down and)", 20, 60) + show("(all the dogs are still)", 20, 40);
const std::string sentence = show("(This sentence is of the page)", 10, 85);

/// HELLHELL in strokes: letters for an eye, paths for a reader.
std::string outlines() {
  std::string content = "3 w\n";
  int x = 20;
  for (const char letter : std::string("HELLHELL")) {
    const auto line = [&](int x0, int y0, int x1, int y1) {
      content += std::to_string(x + x0) + " " + std::to_string(40 + y0) + " m " + std::to_string(x + x1) + " " +
                 std::to_string(40 + y1) + " l S\n";
    };
    line(0, 0, 0, 20);
    if (letter == 'H') line(10, 0, 10, 20);
    if (letter != 'L') line(0, 10, 10, 10);
    if (letter != 'H') line(0, 0, 10, 0);
    if (letter == 'E') line(0, 20, 10, 20);
    x += 16;
  }
  return content;
}

TEST(PdfPage, AScanIsRecognised) {
  const OnePage scan = with_image(scan_of(poem));
  EXPECT_EQ(decision(scan), "0 ink");
  const PageRow row = row_of(scan);
  EXPECT_EQ(row.text_source, TextSource::ocr);
  EXPECT_THAT(row.text, HasSubstr("The moon is down and"));
}

TEST(PdfPage, TextAsOutlinesNeedsOcr) { EXPECT_EQ(decision({.content = outlines()}), "0 ink"); }

TEST(PdfPage, WhatIsNoTextNeedsNone) {
  EXPECT_EQ(decision({}), "0 nothing_drawn");
  EXPECT_EQ(decision({.content = "10 50 m 190 50 l S"}), "0 no_text_like_ink");
  EXPECT_EQ(decision({.content = "20 20 160 60 re S"}), "0 no_text_like_ink");
  EXPECT_EQ(decision({.content = "0.2 0.4 0.8 rg 80 30 40 40 re f 90 40 20 20 re S"}), "0 no_text_like_ink");
  EXPECT_EQ(decision(with_image(photo())), "0 no_text_like_ink");
  EXPECT_EQ(decision(with_image(scan_of(""))), "0 no_text_like_ink");
}

TEST(PdfPage, AShortTextOfItsOwnIsNotReadAgain) {
  EXPECT_EQ(decision({.content = show("(short)") + "10 40 m 190 40 l S"}), "0 no_text_like_ink");
}

TEST(PdfPage, EnoughTextWithoutPicturesIsNoQuestion) {
  EXPECT_EQ(decision({.content = sentence + "10 50 m 190 50 l S 20 20 160 20 re S"}), "");
}

TEST(PdfPage, OutlinesBesideOwnTextCountFromAFifthOfAllOn) {
  EXPECT_EQ(decision({.content = sentence + outlines()}), "0 missed_text");
  std::string page;
  for (const int y : {90, 82, 74, 66})
    page +=
        "BT /F 6 Tf 5 " + std::to_string(y) + " Td (a page with much text of its own and one word of outlines) Tj ET\n";
  EXPECT_EQ(decision({.content = page + outlines()}), "0 nothing_missed");
}

TEST(PdfPage, ImagesBesideOwnTextAreMergedWhereTheyStand) {
  const std::string page =
      show("(Above the picture is this line)", 10, 88) + show("(and below it stands this one)", 10, 6);
  const OnePage mixed = with_image(scan_of(poem), page, "160 0 0 60 20 22");
  EXPECT_EQ(decision(mixed), "0 missed_text");
  const PageRow row = row_of(mixed);
  EXPECT_EQ(row.text_source, TextSource::mixed);
  EXPECT_EQ(
      row.text,
      "Above the picture is this line\n\nThe moon is down and\nall the dogs are still\n\nand below it stands this one");
  EXPECT_GT(row.ocr_confidence.value_or(0), 50);
}

TEST(PdfPage, OwnWordsOverAnImageAreNotReadAgain) {
  const PageRow row = row_of(with_image(scan_of(poem), sentence));
  EXPECT_EQ(row.text_source, TextSource::mixed);
  EXPECT_EQ(row.text, "This sentence is of the page\n\nThe moon is down and\nall the dogs are still");
}

TEST(PdfPage, AnImageWithoutTextBesideOwnTextIsLeftAlone) {
  EXPECT_EQ(decision(with_image(photo(), sentence, "160 0 0 60 20 10")), "0 nothing_missed");
}

TEST(PdfPage, ASmallImageIsNotLookedAt) {
  EXPECT_EQ(decision(with_image(scan_of(poem), sentence, "30 0 0 15 20 10")), "");  // 2.25 % of the page
}

TEST(PdfPage, OwnTextOverAPictureOfItIsNotDoubled) {
  // A background that shows the same words in the same place.
  const std::string words = sentence + show("(and so is the second one here)", 10, 50);
  EXPECT_EQ(decision(with_image(scan_of(words), words)), "0 nothing_missed");
}

TEST(PdfPage, AScanWithAPageNumberOrAStampIsRecognisedAsAWhole) {
  const std::string letter =
      poem + show("(I cannot hear a single thing)", 20, 25) + show("(but water by the mill and)", 20, 12);
  for (const std::string& native : {show("(7)", 180, 5), show("(Received 3 May 2021)", 90, 88)}) {
    const PageRow row = row_of(with_image(scan_of(letter), native));
    EXPECT_EQ(row.text_source, TextSource::ocr) << native;
    EXPECT_THAT(row.text, HasSubstr("The moon is down and")) << native;
    EXPECT_THAT(row.text, HasSubstr("water by the mill")) << native;
  }
}

TEST(PdfPage, TheTextOfAnEarlierOcrIsKeptWithAWarning) {
  const OnePage searchable = with_image(
      scan_of(poem), "3 Tr " + show("(The noon is down aud)", 20, 60) + show("(aII the dogs are still)", 20, 40));
  EXPECT_EQ(decision(searchable), "0 text_layer");
  const PageRow kept = row_of(searchable);
  EXPECT_EQ(kept.text_source, TextSource::native);
  EXPECT_THAT(kept.text, HasSubstr("The noon is down aud"));
  EXPECT_THAT(kept.warnings, ElementsAre("ocr_layer"));
  const PageRow replaced = row_of(searchable, OcrMode::always);
  EXPECT_EQ(replaced.text_source, TextSource::ocr);
  EXPECT_EQ(replaced.text, "The moon is down and\nall the dogs are still");
  EXPECT_THAT(replaced.warnings, IsEmpty());
}

TEST(PdfPage, InvisibleTextWithoutAnImageIsNoOcrLayer) {
  EXPECT_THAT(row_of({.content = "3 Tr " + sentence}).warnings, ElementsAre("hidden_text"));
}

TEST(PdfPage, TextOfAnAnnotationOnAScanIsNeitherCountedNorDoubled) {
  OnePage page = with_image(scan_of(poem));
  page.page_entries += "/Annots[7 0 R]";
  page.more.push_back("<</Type/Annot/Subtype/Stamp/Rect[90 5 190 25]/AP<</N 8 0 R>>>>");
  page.more.push_back(appearance(show("(Received in order)", 0, 5)));
  const PageRow row = row_of(page);
  EXPECT_EQ(row.text_source, TextSource::mixed);
  EXPECT_THAT(row.text, HasSubstr("all the dogs are still\n\nReceived in order"));
  EXPECT_THAT(row.text.substr(0, row.text.find("\n\nReceived")), Not(HasSubstr("Received")));
  EXPECT_THAT(row.warnings, ElementsAre("annotation_text"));
}

/// The one word with this text.
PageWord word_of(const PageRow& row, std::string_view text) {
  const auto found = std::ranges::find(row.words, text, &PageWord::text);
  EXPECT_NE(found, row.words.end()) << text;
  return found == row.words.end() ? PageWord{} : *found;
}

/// "moon" in 12-point Helvetica begins at x 46 and stands on y 60 of a page 200 by 100 points. By the font's metrics it
/// is 30.0 wide (m 833, o 556, o 556, n 556), ink begins and ends 0.8 within that, and o is 6.5 high.
constexpr Rect moon{.left = 46.8, .top = 33.5, .right = 75.2, .bottom = 40};
const std::string moon_line = show("(moon)", 46, 60) + show("(Harvest supper at seven)", 20, 30);

void expect_near(const Rect& found, const Rect& expected) {
  constexpr double tolerance_pt = 1.5;
  EXPECT_NEAR(found.left, expected.left, tolerance_pt);
  EXPECT_NEAR(found.top, expected.top, tolerance_pt);
  EXPECT_NEAR(found.right, expected.right, tolerance_pt);
  EXPECT_NEAR(found.bottom, expected.bottom, tolerance_pt);
}

TEST(PdfPage, RecognisedWordsKeepTheirBoxesAndConfidence) {
  const PageRow row = row_of(with_image(scan_of(moon_line)));
  const PageWord word = word_of(row, "moon");
  expect_near(word.box, moon);
  EXPECT_GT(word.confidence, 80);
  EXPECT_EQ(word.line_index, 0);
  EXPECT_EQ(word_of(row, "supper").line_index, 1);
  EXPECT_EQ(word_of(row_of({.content = sentence}), "sentence").confidence, std::nullopt);
}

TEST(PdfPage, LinesAreReadFromFirstToLastHoweverThePageIsTurned) {
  const std::string lying = show("(first)", 10, 80) + show("(second)", 10, 50) + show("(third)", 10, 20);
  // Lines that go up, and so stand upright once the page is turned.
  const std::string going_up =
      "BT /F 12 Tf 0 1 -1 0 30 10 Tm (first) Tj ET BT /F 12 Tf 0 1 -1 0 60 10 Tm (second) Tj ET "
      "BT /F 12 Tf 0 1 -1 0 90 10 Tm (third) Tj ET";
  for (const char* const rotation : {"0", "90", "180", "270"}) {
    const PageRow row = row_of({.content = lying, .page_entries = std::string("/Rotate ") + rotation});
    EXPECT_EQ(row.text, "first\nsecond\nthird") << rotation;
  }
  EXPECT_EQ(row_of({.content = going_up, .page_entries = "/Rotate 90"}).text, "first\nsecond\nthird");
}

TEST(PdfPage, BoxesAreThoseOfTheDisplayedPage) {
  // The file turns the page: what is displayed stands upright, and is read so.
  OnePage turned_by_file = with_image(scan_of(moon_line), "", "0 200 -100 0 100 0");
  turned_by_file.media_box = "[0 0 100 200]";
  turned_by_file.page_entries += "/Rotate 90";
  const PageRow upright = row_of(turned_by_file);
  EXPECT_EQ(upright.rotation_deg, 0);
  expect_near(word_of(upright, "moon").box, moon);
  // Displayed upside down: the boxes are where the words are seen.
  const PageRow over = row_of(with_image(scan_of(moon_line), "", "-200 0 0 -100 200 100"));
  EXPECT_EQ(over.rotation_deg, 180);
  expect_near(word_of(over, "moon").box,
              {.left = 200 - moon.right, .top = 100 - moon.bottom, .right = 200 - moon.left, .bottom = 100 - moon.top});
  // Displayed on its side, top to the right: x of the page is what was y.
  OnePage side = with_image(scan_of(moon_line), "", "0 -200 100 0 0 200");
  side.media_box = "[0 0 100 200]";
  const PageRow on_its_side = row_of(side);
  EXPECT_EQ(on_its_side.rotation_deg, 270);
  expect_near(word_of(on_its_side, "moon").box,
              {.left = 100 - moon.bottom, .top = moon.left, .right = 100 - moon.top, .bottom = moon.right});
}

TEST(PdfPage, WordsOfAPictureAreWhereItStands) {
  const PageRow row = row_of(with_image(scan_of(moon_line), sentence, "160 0 0 60 20 15"));
  EXPECT_EQ(row.text_source, TextSource::mixed);
  // The picture is 0.8 as wide and 0.6 as high, 20 from the left and 25 from the top.
  expect_near(word_of(row, "moon").box, {.left = 20 + (0.8 * moon.left),
                                         .top = 25 + (0.6 * moon.top),
                                         .right = 20 + (0.8 * moon.right),
                                         .bottom = 25 + (0.6 * moon.bottom)});
}

TEST(PdfPage, AnImageOnATurnedPageIsFoundWhereItIsShown) {
  OnePage mixed =
      with_image(scan_of(poem), sentence + show("(and this is the second sentence)", 10, 5), "160 0 0 60 20 22");
  mixed.page_entries += "/Rotate 180";
  EXPECT_EQ(decision(mixed), "0 missed_text");
  OnePage elsewhere = with_image(photo(), sentence, "60 0 0 30 130 5");
  elsewhere.page_entries += "/Rotate 90";
  EXPECT_EQ(decision(elsewhere), "0 nothing_missed");
}

TEST(PdfPage, ImagesInFormsCount) {
  OnePage page = with_image("", sentence);
  page.content = "q 0.8 0 0 0.6 20 10 cm /Im Do Q\n" + sentence;
  page.more = {stream("/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Resources<</XObject<</Scan 7 0 R>>>>",
                      "q 200 0 0 100 0 0 cm /Scan Do Q"),
               scan_of(poem)};
  EXPECT_EQ(decision(page), "0 missed_text");
}

TEST(PdfPage, APageOfTextTooLargeForALookIsNoError) {
  RecordingSink sink;
  ASSERT_TRUE(warm_ocr());
  Options options;
  options.recogniser_available = true;
  options.recipe.limits.page_pixels_max = 100;
  const std::string pdf = with_image(photo(), sentence).pdf();
  ASSERT_TRUE(extract(bytes_of(pdf), options, sink));
  ASSERT_EQ(sink.rows.size(), 1);
  EXPECT_EQ(sink.rows[0].error_kind, std::nullopt);
  EXPECT_EQ(sink.rows[0].text, "This sentence is of the page");
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("unread_text"));
}

TEST(PdfPage, APageTooLargeForALookIsAnError) {
  RecordingSink sink;
  ASSERT_TRUE(warm_ocr());
  Options options;
  options.recogniser_available = true;
  options.recipe.limits.page_pixels_max = 100;
  const std::string pdf = with_image(photo()).pdf();
  ASSERT_TRUE(extract(bytes_of(pdf), options, sink));
  ASSERT_EQ(sink.rows.size(), 1);
  EXPECT_EQ(sink.rows[0].error_kind, ErrorKind::limit_pixels);
}

}  // namespace
}  // namespace docmill::extract
