#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>

#include "extract/image/image.h"
#include "extract/ocr/ocr.h"
#include "image_fixtures.h"
#include "warm.h"

namespace docmill::ocr {
namespace {

Recogniser& recogniser() {
  static Result<Recogniser> created = Recogniser::create(test_warm_up().tessdata_dir, "eng");
  return created.value();
}

GrayImage white_image(std::uint32_t width, std::uint32_t height) {
  return {.width_px = width,
          .height_px = height,
          .dpi = 0,
          .pixels = std::vector<std::uint8_t>(std::size_t{width} * height, 255)};
}

// A line of text at 300 dpi, in Leptonica's built-in font.
GrayImage written(const std::string& line) {
  const TestPix blank(pixCreate(900, 200, 8));
  pixSetBlackOrWhite(blank.get(), L_SET_WHITE);
  L_Bmf* font = bmfCreate(nullptr, 20);
  l_int32 overflow = 0;
  const TestPix drawn(pixAddSingleTextblock(blank.get(), font, line.c_str(), 0, L_ADD_BELOW, &overflow));
  bmfDestroy(&font);
  const TestPix large(pixScale(drawn.get(), 2, 2));
  const Bytes png = encode(large.get(), Format::png);
  const auto headers = image::read_headers(png, Format::png);
  auto image = image::decode(png, Format::png, headers->front(), Limits{}).value().image;
  image.dpi = 300;
  return image;
}

// Turned clockwise by so many quarters.
GrayImage turned(const GrayImage& image, int quarters) {
  if (quarters == 0) return image;
  GrayImage result{.width_px = image.height_px, .height_px = image.width_px, .dpi = image.dpi, .pixels = {}};
  for (std::uint32_t y = 0; y < result.height_px; ++y)
    for (std::uint32_t x = 0; x < result.width_px; ++x)
      result.pixels.push_back(image.pixels[(std::size_t{image.height_px - 1 - x} * image.width_px) + y]);
  return turned(result, quarters - 1);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char in_a : a) {
    std::size_t diagonal = std::exchange(row[0], row[0] + 1);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (in_a == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

std::string words_only(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank)
      words += c;
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
  }
  return words;
}

TEST(Recogniser, ReadsAScannedPageWithFewErrors) {
  const Bytes png = read_file(corpus("ocr/linn.png"));
  if (png.empty()) GTEST_SKIP() << "no corpus";
  const auto headers = image::read_headers(png, Format::png);
  const auto decoded = image::decode(png, Format::png, headers->front(), Limits{});
  ASSERT_TRUE(decoded) << decoded.error().text();
  const auto recognition = recogniser().recognise(decoded->image);
  ASSERT_TRUE(recognition) << recognition.error().text();
  const Bytes truth_bytes = read_file(corpus("ocr/linn.txt"));
  const std::string truth = words_only({reinterpret_cast<const char*>(truth_bytes.data()), truth_bytes.size()});
  const std::size_t errors = edit_distance(words_only(recognition->text), truth);
  EXPECT_LT(static_cast<double>(errors) / static_cast<double>(truth.size()), 0.1) << recognition->text;
  ASSERT_TRUE(recognition->confidence);
  EXPECT_GT(*recognition->confidence, 80);
  EXPECT_LE(*recognition->confidence, 100);
}

TEST(Recogniser, WordsLieInsideTheImageAndInReadingOrder) {
  const GrayImage image = written("Seven quick foxes");
  const auto recognition = recogniser().recognise(image);
  ASSERT_TRUE(recognition);
  EXPECT_EQ(recognition->text, "Seven quick foxes");
  ASSERT_EQ(recognition->words.size(), 3);
  for (const Word& word : recognition->words) {
    EXPECT_LT(word.left_px, word.right_px);
    EXPECT_LT(word.top_px, word.bottom_px);
    EXPECT_LE(word.right_px, static_cast<std::int32_t>(image.width_px));
    EXPECT_LE(word.bottom_px, static_cast<std::int32_t>(image.height_px));
    EXPECT_EQ(word.line_index, 0);
    EXPECT_EQ(word.block_index, 0);
  }
  EXPECT_LT(recognition->words[0].right_px, recognition->words[1].left_px);
}

TEST(Recogniser, TextDoesNotDependOnPagesBefore) {
  const GrayImage first = written("Qvixote rnodern clarn 1ll0O"), second = written("modern claim illOO");
  auto fresh = Recogniser::create(test_warm_up().tessdata_dir, "eng");
  ASSERT_TRUE(fresh);
  const auto alone = fresh->recognise(second);
  auto used = Recogniser::create(test_warm_up().tessdata_dir, "eng");
  ASSERT_TRUE(used);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(used->recognise(first));
  const auto after = used->recognise(second);
  ASSERT_TRUE(alone && after);
  EXPECT_FALSE(alone->text.empty());
  EXPECT_EQ(after->text, alone->text);
  EXPECT_EQ(after->confidence, alone->confidence);
}

TEST(Recogniser, BlankImageHasNoWordsAndNoConfidence) {
  const auto recognition = recogniser().recognise(white_image(800, 600));
  ASSERT_TRUE(recognition);
  EXPECT_EQ(recognition->text, "");
  EXPECT_TRUE(recognition->words.empty());
  EXPECT_FALSE(recognition->confidence);
}

TEST(Recogniser, TinyImagesHaveNoWords) {
  for (const std::uint32_t width : {0U, 1U, 2U, 3U, 10U, 400U})
    for (const std::uint32_t height : {0U, 1U, 3U, 9U}) {
      const auto recognition = recogniser().recognise(white_image(width, height));
      ASSERT_TRUE(recognition) << width << " x " << height;
      EXPECT_TRUE(recognition->words.empty());
    }
}

TEST(Recogniser, SidesLongerThanTesseractsCoordinatesAreLimitPixels) {
  const auto recognition = recogniser().recognise(white_image(32'768, 10));
  ASSERT_FALSE(recognition);
  EXPECT_EQ(recognition.error().kind, ErrorKind::limit_pixels);
  EXPECT_TRUE(recogniser().recognise(white_image(32'767, 10)));
}

TEST(Recogniser, MissingLanguageNamesItsDebianPackage) {
  const auto created = Recogniser::create(test_warm_up().tessdata_dir, "eng+xyz_abc");
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::not_found);
  EXPECT_NE(created.error().text().find("tesseract-ocr-xyz-abc"), std::string::npos) << created.error().text();
}

TEST(Recogniser, ReadsALabelWhicheverWayUpItIs) {
  const GrayImage label = written("Survey of the northern bridge 1874");
  for (int quarters = 0; quarters < 4; ++quarters) {
    const GrayImage image = turned(label, quarters);
    const auto recognition = recogniser().recognise(image);
    ASSERT_TRUE(recognition) << recognition.error().text();
    EXPECT_EQ(words_only(recognition->text), "Survey of the northern bridge 1874") << quarters;
    EXPECT_EQ(recognition->rotation_deg, (4 - quarters) % 4 * 90);
    for (const Word& word : recognition->words) {
      EXPECT_GE(word.left_px, 0);
      EXPECT_LE(word.right_px, static_cast<std::int32_t>(image.width_px));
      EXPECT_LE(word.bottom_px, static_cast<std::int32_t>(image.height_px));
      // A long word lies along its line, which runs down the page when that lies on its side.
      const bool lies = word.right_px - word.left_px > word.bottom_px - word.top_px;
      EXPECT_TRUE(word.text != "northern" || lies == (quarters % 2 == 0));
    }
  }
}

TEST(Recogniser, ReadsLightTextOnDarkPaper) {
  GrayImage image = written("Survey of the northern bridge 1874");
  for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
  EXPECT_EQ(words_only(recogniser().recognise(image)->text), "Survey of the northern bridge 1874");
}

TEST(Recogniser, FindsNothingInDirt) {
  GrayImage image = white_image(1600, 2200);
  for (std::uint32_t i = 0; i < 900; ++i) {
    const std::size_t at = (std::size_t{i * 7919U} * 613U) % (image.pixels.size() - 5000);
    for (const std::size_t offset : {0U, 1U, 1600U, 1601U}) image.pixels[at + offset] = 30;
  }
  for (std::uint32_t y = 0; y < image.height_px; ++y) std::fill_n(image.pixels.begin() + (y * 1600), 60, 20);
  const auto recognition = recogniser().recognise(image);
  ASSERT_TRUE(recognition);
  EXPECT_EQ(recognition->text, "");
  EXPECT_FALSE(recognition->confidence);
}

}  // namespace
}  // namespace docmill::ocr
