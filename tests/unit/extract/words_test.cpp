// Words of pages, with where they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "extract/extract.h"
#include "extract/pdf/pdf.h"
#include "unit/extract/pdf/tiny_pdf.h"
#include "unit/extract/recording_sink.h"
#include "unit/extract/warm.h"
#include "unit/extract/words_of.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<PageRow> rows_of(const std::string& document, Outputs outputs) {
  RecordingSink sink;
  EXPECT_TRUE(warm()) << warm().error().text();
  Options options;
  options.recipe.ocr = OcrMode::never;
  options.recipe.outputs = outputs;
  const Result<void> extracted = extract(bytes_of(document), options, sink);
  EXPECT_TRUE(extracted || extracted.error().kind == ErrorKind::encrypted) << extracted.error().text();
  return sink.rows;
}

PageRow row_of(const OnePage& page) {
  const std::vector<PageRow> rows = rows_of(page.pdf(), {OutputId::text, OutputId::words});
  EXPECT_THAT(rows, SizeIs(1));
  if (rows.empty()) return {};
  expect_words_are_the_text(rows.front());
  return rows.front();
}

std::vector<std::string> texts_of(const PageRow& row) {
  std::vector<std::string> texts;
  std::ranges::transform(row.words, std::back_inserter(texts), &PageWord::text);
  return texts;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_near(const Rect& found, const Rect& expected) {
  constexpr double tolerance_pt = 0.1;  // places are told to a sixteenth of a point
  EXPECT_NEAR(found.left, expected.left, tolerance_pt);
  EXPECT_NEAR(found.top, expected.top, tolerance_pt);
  EXPECT_NEAR(found.right, expected.right, tolerance_pt);
  EXPECT_NEAR(found.bottom, expected.bottom, tolerance_pt);
}

/// The page drawn at 144 dpi: no dark pixel stands outside of all words, and every word has some.
void expect_boxes_cover_ink(const OnePage& page, const PageRow& row) {
  const std::string bytes = page.pdf();
  auto document = pdf::Document::open(bytes_of(bytes), {});
  ASSERT_TRUE(document);
  auto loaded = document->load_page({0});
  ASSERT_TRUE(loaded);
  const Result<GrayImage> image = loaded->render({144}, Limits{});
  ASSERT_TRUE(image);
  std::vector<std::size_t> ink(row.words.size());
  constexpr double points = 0.5, margin_pt = 0.25;  // half a pixel
  std::size_t outside = 0;
  for (std::uint32_t y = 0; y < image->height_px; ++y)
    for (std::uint32_t x = 0; x < image->width_px; ++x) {
      constexpr std::uint8_t dark = 128;
      if (image->pixels[(std::size_t{y} * image->width_px) + x] >= dark) continue;
      const double at_x = (x + 0.5) * points, at_y = (y + 0.5) * points;
      const auto holds = [&](const PageWord& word) {
        return at_x >= word.box.left - margin_pt && at_x <= word.box.right + margin_pt &&
               at_y >= word.box.top - margin_pt && at_y <= word.box.bottom + margin_pt;
      };
      const auto word = std::ranges::find_if(row.words, holds);
      if (word == row.words.end())
        ++outside;
      else
        ++ink[static_cast<std::size_t>(word - row.words.begin())];
    }
  EXPECT_EQ(outside, 0);
  for (std::size_t i = 0; i < ink.size(); ++i) EXPECT_GT(ink[i], 5) << row.words[i].text;
}

TEST(Words, AreOnlyThereWhereTheyWereAskedFor) {
  const std::string pdf = OnePage{.content = show("(Two words)")}.pdf();
  EXPECT_THAT(rows_of(pdf, {OutputId::text}).at(0).words, IsEmpty());
  EXPECT_THAT(rows_of(pdf, {OutputId::words}).at(0).words, SizeIs(2));
}

TEST(Words, StandWhereTheFontSaysTheyDo) {
  const PageRow row = row_of({.content = show("(moon dust)", 46, 60)});
  EXPECT_THAT(texts_of(row), ElementsAre("moon", "dust"));
  EXPECT_EQ(row.words[0].confidence, std::nullopt);
  // In Helvetica m is 833 wide, o and n 556, the space 278, d 556, u 556, s 500, t 278.
  EXPECT_NEAR(row.words[0].box.left, 46, 0.1);
  EXPECT_NEAR(row.words[0].box.right, 46 + (12 * 2.501), 0.1);
  EXPECT_NEAR(row.words[1].box.left, 46 + (12 * 2.779), 0.1);
  EXPECT_NEAR(row.words[1].box.right, 46 + (12 * 4.669), 0.1);
  // On a base line 40 from the top; o is 6.5 high.
  EXPECT_LT(row.words[0].box.top, 33.5);
  EXPECT_GT(row.words[0].box.top, 24);
  EXPECT_GE(row.words[0].box.bottom, 40);
  EXPECT_LT(row.words[0].box.bottom, 44);
}

TEST(Words, BoxesCoverTheInk) {
  const OnePage page{.content = show("(Lamp oil, wicks)", 10, 70) + show("(jugs; quay [gypsy])", 30, 40)};
  expect_boxes_cover_ink(page, row_of(page));
}

TEST(Words, BoxesAreThoseOfTheDisplayedPage) {
  OnePage page{.content = show("(Lamp oil, wicks)", 10, 70) + show("(jugs; quay)", 30, 40)};
  for (const char* rotation : {"90", "180", "270"}) {
    page.page_entries = std::string("/Rotate ") + rotation;
    expect_boxes_cover_ink(page, row_of(page));
  }
  page.page_entries = "/CropBox[5 30 150 90]/Rotate 90";
  expect_boxes_cover_ink(page, row_of(page));
}

TEST(Words, ATurnedLineIsCovered) {
  const OnePage page{.content = "BT /F 12 Tf 0.866 0.5 -0.5 0.866 40 20 Tm (uphill) Tj ET"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("uphill"));
  expect_boxes_cover_ink(page, row);
}

TEST(Words, AGapParts) {
  const OnePage page{.content = "BT /F 12 Tf 10 50 Td [(left)-900(right)] TJ ET"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("left", "right"));
  EXPECT_GT(row.words[1].box.left - row.words[0].box.right, 9);
}

TEST(Words, OneBrokenAtALineEndIsOneAroundBothParts) {
  const OnePage page{.content = "BT /F 12 Tf 14 TL 100 60 Td (for exam-) Tj T* (ple this) Tj ET"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("for", "example", "this"));
  const Rect box = row.words[1].box;
  EXPECT_NEAR(box.left, 100, 0.1);   // of "ple"
  EXPECT_GT(box.right, 145);         // of the hyphen
  EXPECT_LT(box.top, 40 - 6.5);      // of "exam-"
  EXPECT_GT(box.bottom, 40 + 14.0);  // of "ple"
}

TEST(Words, LigaturesAndAccentsAreSpelledAsInTheText) {
  // fi as one glyph (of code 1), e and an acute accent apart (2 and 3).
  const OnePage page{.content = show("(A\\001ne caf\\002\\003 nigh)"),
                     .more =
                         {
                             stream("",
                                    "/CIDInit /ProcSet findresource begin begincmap\n"
                                    "1 begincodespacerange <00> <FF> endcodespacerange\n"
                                    "3 beginbfchar <01> <FB01> <02> <0065> <03> <0301> endbfchar\n"
                                    "1 beginbfrange <20> <7E> <0020> endbfrange\nendcmap end"),
                         },
                     .font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("Afine", "caf\u00E9", "nigh"));
}

TEST(Words, WhatNobodySeesHasNone) {
  const OnePage page{.content = show("(seen)", 10, 50) + show("(outside)", 10, 150) + "1 g " + show("(white)", 60, 50)};
  EXPECT_THAT(texts_of(row_of(page)), ElementsAre("seen"));
}

TEST(Words, OfAnAppearanceStandWhereItShowsThem) {
  OnePage page{.content = show("(Body)", 10, 70), .page_entries = "/Annots[6 0 R]"};
  page.more = {"<</Type/Annot/Subtype/Stamp/Rect[50 10 150 30]/AP<</N 7 0 R>>>>",
               appearance(show("(Received today)", 10, 5))};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("Body", "Received", "today"));
  EXPECT_NEAR(row.words[1].box.left, 60, 0.1);
  EXPECT_LT(row.words[1].box.right, row.words[2].box.left);
  expect_boxes_cover_ink(page, row);
}

TEST(Words, OfAnAnnotationWithoutAppearanceHaveItsRectangle) {
  OnePage page{.page_entries = "/Annots[6 0 R]"};
  page.more = {"<</Type/Annot/Subtype/FreeText/Rect[50 10 150 30]/Contents(Two notes)>>"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("Two", "notes"));
  for (const PageWord& word : row.words) expect_near(word.box, {.left = 50, .top = 70, .right = 150, .bottom = 90});
}

TEST(Words, OfAFieldHaveItsRectangle) {
  OnePage page{.page_entries = "/Annots[6 0 R]", .catalog_entries = "/AcroForm<</Fields[6 0 R]>>"};
  page.more = {"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ada Lovelace)/Rect[50 10 150 30]>>"};
  const PageRow row = row_of(page);
  EXPECT_THAT(texts_of(row), ElementsAre("Ada", "Lovelace"));
  for (const PageWord& word : row.words) expect_near(word.box, {.left = 50, .top = 70, .right = 150, .bottom = 90});
}

TEST(Words, AskingForThemChangesNoText) {
  std::size_t pages = 0, words = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DOCMILL_SOURCE_DIR "/samples")) {
    if (entry.path().extension() != ".pdf") continue;
    SCOPED_TRACE(entry.path().filename());
    const std::string pdf = read_file(entry.path());
    const auto without = rows_of(pdf, {OutputId::text});
    const auto with = rows_of(pdf, {OutputId::text, OutputId::words});
    ASSERT_EQ(with.size(), without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
      EXPECT_EQ(with[i].text, without[i].text);
      EXPECT_EQ(with[i].warnings, without[i].warnings);
      expect_words_are_the_text(with[i]);
      ++pages;
      words += with[i].words.size();
    }
  }
  EXPECT_GT(pages, 5);
  EXPECT_GT(words, 100);
}

TEST(Words, MoreThanATableMayHoldAreLeftOutAndTold) {
  RecordingSink sink;
  ASSERT_TRUE(warm());
  Options options;
  options.recipe.outputs = {OutputId::text, OutputId::words};
  options.recipe.limits.page_output_size_bytes_max = 200;
  const std::string pdf = OnePage{.content = show("(a b c d e f g)")}.pdf();
  ASSERT_TRUE(extract(bytes_of(pdf), options, sink));
  ASSERT_THAT(sink.rows, SizeIs(1));
  EXPECT_EQ(sink.rows[0].text, "a b c d e f g");
  EXPECT_THAT(sink.rows[0].words, IsEmpty());
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("words_missing"));
}

}  // namespace
}  // namespace docmill::extract
