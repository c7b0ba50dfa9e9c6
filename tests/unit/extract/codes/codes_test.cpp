// Pixels to barcodes, and several pictures of a page to its codes.
#include "extract/codes/codes.h"

#include <ZXing/ZXingCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "document/symbologies.h"
#include "document/version.h"
#include "extract/codes/doubled.h"
#include "extract/codes/placement.h"
#include "unit/extract/codes/pictures.h"

namespace docmill::codes {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

GrayImage picture_of(const Modules& modules, std::uint32_t scale, std::uint32_t margin = 40) {
  GrayImage image = white_image((static_cast<std::uint32_t>(modules[0].size()) * scale) + (2 * margin),
                                (static_cast<std::uint32_t>(modules.size()) * scale) + (2 * margin));
  draw(image, modules, margin, margin, scale);
  return image;
}

TEST(FindCodes, ReadsBarsAtEveryQuarterTurn) {
  GrayImage image = picture_of(ean13_modules(), 2);
  for (int turn = 0; turn < 4; ++turn) {
    const Found found = find_codes(image);
    ASSERT_THAT(found.codes, SizeIs(1)) << turn;
    EXPECT_EQ(found.codes[0].content.format, "EAN-13");
    EXPECT_EQ(found.codes[0].content.text, "5901234123457");
    EXPECT_EQ(found.codes[0].content.bytes, "5901234123457");
    EXPECT_EQ(found.codes[0].content.symbology_identifier, "]E0");
    EXPECT_EQ(found.codes[0].content.eci, std::nullopt);
    EXPECT_EQ(found.codes[0].content.error_correction, std::nullopt);
    EXPECT_FALSE(found.is_cut);
    image = turned(image);
  }
}

TEST(FindCodes, LooksForTheKindsThatAreNamed) {
  GrayImage both = white_image(500, 500);
  draw(both, ean13_modules(), 40, 40, 2);
  draw(both, qr_modules(), 40, 250, 4);
  const auto formats_found = [&](const std::vector<std::string>& formats, Kinds kinds = Kinds::all) {
    std::set<std::string> found;
    for (const Code& code : find_codes(both, kinds, formats).codes) found.insert(code.content.format);
    return found;
  };
  using Formats = std::set<std::string>;
  EXPECT_EQ(formats_found({}), (Formats{"EAN-13", "QR Code"}));
  EXPECT_EQ(formats_found({"QR Code"}), Formats{"QR Code"});
  EXPECT_EQ(formats_found({"EAN-13"}), Formats{"EAN-13"});
  EXPECT_EQ(formats_found({"EAN/UPC", "QR Code"}), (Formats{"EAN-13", "QR Code"}));
  EXPECT_EQ(formats_found({"Data Matrix"}), Formats{});
  EXPECT_EQ(formats_found({"QR Code"}, Kinds::level_bars), Formats{}) << "none of them has bars";
  EXPECT_EQ(formats_found({"EAN-13"}, Kinds::level_bars), Formats{"EAN-13"});
}

TEST(Symbologies, AreThoseThatZxingReads) {
  std::set<std::string> known;
  for (const ZXing::BarcodeFormat format : ZXing::BarcodeFormats::list(ZXing::BarcodeFormat::AllReadable)) {
    known.emplace(ZXing::Name(format));
    known.emplace(ZXing::Name(ZXing::Symbology(format)));
  }
  known.erase("Other barcode");  // of which DX Film Edge is the only one
  EXPECT_EQ((std::set<std::string>(symbologies().begin(), symbologies().end())), known);
  for (const std::string& name : symbologies()) EXPECT_EQ(ZXing::Name(ZXing::BarcodeFormatFromString(name)), name);
}

TEST(Symbologies, AreNamedInAnySpelling) {
  EXPECT_EQ(symbology_from("ean13"), "EAN-13");
  EXPECT_EQ(symbology_from("qr_code"), "QR Code");
  EXPECT_EQ(symbology_from("EAN/UPC"), "EAN/UPC");
  EXPECT_EQ(symbology_from("quick response"), std::nullopt);
  EXPECT_EQ(symbology_from(""), std::nullopt);
}

TEST(FindCodes, ReadsASquareAndSaysWhereItsOwnCornersAre) {
  const Found found = find_codes(turned(picture_of(qr_modules(), 4)));
  ASSERT_THAT(found.codes, SizeIs(1));
  const Code& code = found.codes[0];
  EXPECT_EQ(code.content.format, "QR Code");
  EXPECT_EQ(code.content.text, "docmill reads");
  EXPECT_EQ(code.content.symbology_identifier, "]Q1");
  EXPECT_EQ(code.content.error_correction, "M");
  // Turned clockwise its own top left is at the top right.
  EXPECT_NEAR(code.corners[0].x, 124, 2);
  EXPECT_NEAR(code.corners[0].y, 40, 2);
  EXPECT_NEAR(code.corners[2].x, 40, 2);
  EXPECT_NEAR(code.corners[2].y, 124, 2);
}

TEST(FindCodes, TellsTheCharacterSetThatACodeNames) {
  const Found found = find_codes(picture_of(data_matrix_modules(), 5));
  ASSERT_THAT(found.codes, SizeIs(1));
  EXPECT_EQ(found.codes[0].content.format, "Data Matrix");
  EXPECT_EQ(found.codes[0].content.text, "Жук");
  EXPECT_EQ(found.codes[0].content.bytes, "\xb6\xe3\xda");
  EXPECT_EQ(found.codes[0].content.eci, "7");
}

TEST(FindCodes, ReadsLightOnDark) {
  GrayImage image = picture_of(qr_modules(), 4);
  for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
  ASSERT_THAT(find_codes(image).codes, SizeIs(1));
}

TEST(FindCodes, ReadsAllOfAPictureAndEqualOnesAsOftenAsTheyAreThere) {
  GrayImage image = white_image(900, 500);
  draw(image, ean13_modules(), 40, 40, 2);
  draw(image, ean13_modules(), 40, 300, 2);
  draw(image, qr_modules(), 500, 40, 4);
  EXPECT_THAT(find_codes(image).codes, SizeIs(3));
}

/// Each pixel the mean of `factor` x `factor`.
GrayImage blurred(const GrayImage& image, std::uint32_t factor) {
  GrayImage small = white_image(image.width_px / factor, image.height_px / factor);
  for (std::uint32_t y = 0; y < small.height_px; ++y)
    for (std::uint32_t x = 0; x < small.width_px; ++x) {
      std::uint32_t sum = 0;
      for (std::uint32_t i = 0; i < factor * factor; ++i)
        sum +=
            image.pixels[(((y * factor) + (i / factor)) * std::size_t{image.width_px}) + (x * factor) + (i % factor)];
      small.pixels[(y * std::size_t{small.width_px}) + x] = static_cast<std::uint8_t>(sum / (factor * factor));
    }
  return small;
}

TEST(FindCodes, OfFewPixelsAreFoundAtTwiceTheSize) {
  const GrayImage small = blurred(picture_of(ean13_modules(), 7), 5);
  EXPECT_THAT(find_codes(small).codes, IsEmpty());
  const Found found = find_codes(doubled(small));
  ASSERT_THAT(found.codes, SizeIs(1));
  EXPECT_EQ(found.codes[0].content.text, "5901234123457");
  EXPECT_NEAR(found.codes[0].corners[0].x, 16, 3);
}

TEST(Doubled, MeansByDistance) {
  const GrayImage image{.width_px = 2, .height_px = 1, .dpi = 100, .pixels = {0, 160}};
  const GrayImage twice = doubled(image);
  EXPECT_EQ(twice.width_px, 4);
  EXPECT_EQ(twice.height_px, 2);
  EXPECT_EQ(twice.dpi, 200);
  EXPECT_THAT(twice.pixels, testing::ElementsAre(0, 40, 120, 160, 0, 40, 120, 160));
}

TEST(FindCodes, FindsNothingWhereNothingIs) {
  for (const auto& [width, height] : {std::pair(0U, 0U), {1U, 1U}, {1U, 100U}, {100U, 1U}, {3U, 3U}, {300U, 200U}}) {
    const Found found = find_codes(white_image(width, height));
    EXPECT_THAT(found.codes, IsEmpty()) << width << " x " << height;
    EXPECT_FALSE(found.is_cut);
  }
}

TEST(FindCodes, StopsAtALimitAndSaysSo) {
  constexpr std::uint32_t side = 18;
  GrayImage image = white_image((side * 80) + 40, (side * 80) + 40);
  for (std::uint32_t row = 0; row < side; ++row)
    for (std::uint32_t column = 0; column < side; ++column)
      draw(image, data_matrix_modules(), 20 + (column * 80), 20 + (row * 80), 4);
  const Found found = find_codes(image);
  EXPECT_TRUE(found.is_cut);
  EXPECT_THAT(found.codes, SizeIs(codes_per_picture_max));
}

TEST(FindCodes, IsOfTheVersionThatTheHashNames) { EXPECT_EQ(ZXing::Version(), std::string(zxing_version)); }

// ---- placement ----

Code code_at(std::string text, double left, double top, double side) {
  return {.content = {.format = "QR Code", .text = text, .bytes = text, .symbology_identifier = "]Q1"},
          .corners = {{{left, top}, {left + side, top}, {left + side, top + side}, {left, top + side}}}};
}

TEST(PageCodes, OfTheSameBytesAndPlaceAreOne) {
  PageCodes codes(600, 800);
  codes.add(std::vector{code_at("a", 10, 10, 20)}, {}, CodeSource::image);
  // The same again at twice the pixels, something else at its place, and the same elsewhere.
  codes.add(std::vector{code_at("a", 21, 19, 42), code_at("b", 20, 20, 40), code_at("a", 400, 20, 40)},
            {.a = 0.5, .d = 0.5}, CodeSource::page);
  const std::vector<PageCode> all = std::move(codes).take();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].content.text + all[1].content.text + all[2].content.text, "baa");
  EXPECT_EQ(all[0].source, CodeSource::page);
  EXPECT_EQ(all[1].source, CodeSource::image);
  EXPECT_EQ(all[2].box().left, 200);
}

TEST(PageCodes, AreTurnedAndStretchedAsTheirPictureIs) {
  PageCodes codes(600, 800);
  // A quarter turn clockwise: the picture's x goes down, its y to the left.
  codes.add(std::vector{code_at("a", 10, 10, 20)}, {.a = 0, .b = 2, .c = -1, .d = 0, .e = 100}, CodeSource::image);
  const std::vector<PageCode> all = std::move(codes).take();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].corners[0].x, 90);
  EXPECT_EQ(all[0].corners[0].y, 20);
  EXPECT_EQ(all[0].box().left, 70);
  EXPECT_EQ(all[0].box().bottom, 60);
  EXPECT_EQ(all[0].orientation_deg(), 90);
}

TEST(PageCodes, ThatArePartsOfOthersAtTheirPlaceAreNone) {
  PageCodes codes(600, 800);
  codes.add(std::vector{code_at("12", 20, 20, 5), code_at("12", 200, 20, 5), code_at("9", 20, 20, 5)}, {},
            CodeSource::page);
  codes.add(std::vector{code_at("0123", 10, 10, 40)}, {}, CodeSource::page);
  std::vector<std::string> texts;
  for (const PageCode& code : std::move(codes).take()) texts.push_back(code.content.text);
  EXPECT_THAT(texts, testing::ElementsAre("0123", "9", "12"));
}

Code line_at(double left, double top) {
  Code line = code_at("a", left, top, 100);
  line.corners[2].y = line.corners[3].y = top + 4;
  return line;
}

TEST(PageCodes, OfOtherLinesOfTheSameBarsAreOne) {
  PageCodes codes(600, 800);
  codes.add(std::vector{line_at(100, 100)}, {}, CodeSource::image);
  codes.add(std::vector{line_at(102, 140), line_at(100, 200)}, {}, CodeSource::page);
  EXPECT_THAT(std::move(codes).take(), SizeIs(2)) << "the last one is too far away";
}

TEST(PageCodes, HaveTheLargerCornersOfTwo) {
  PageCodes codes(600, 800);
  codes.add(std::vector{code_at("a", 20, 20, 5)}, {}, CodeSource::image);
  codes.add(std::vector{code_at("a", 10, 10, 40)}, {}, CodeSource::page);
  const std::vector<PageCode> all = std::move(codes).take();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].source, CodeSource::image);
  EXPECT_EQ(all[0].box().right, 50);
}

TEST(Placement, WithinAnother) {
  const Placement part{.a = 0, .b = 1, .c = -1, .d = 0, .e = 5, .f = 7}, picture{.a = 2, .d = 3, .e = 100};
  const PagePoint there = part.of({.x = 1, .y = 2});
  const PagePoint once = part.within(picture).of({.x = 1, .y = 2}), twice = picture.of({.x = there.x, .y = there.y});
  EXPECT_EQ(once.x, twice.x);
  EXPECT_EQ(once.y, twice.y);
  EXPECT_EQ(once.x, 106);
  EXPECT_EQ(once.y, 24);
}

TEST(PageCodes, ThatNobodySeesAreNone) {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  PageCodes codes(600, 800);
  codes.add(std::vector{code_at("off", 700, 10, 20)}, {}, CodeSource::image);
  codes.add(std::vector{code_at("nowhere", 10, 10, 20)}, {.a = nothing}, CodeSource::image);
  codes.add(std::vector{code_at("at the edge", 585, 10, 20)}, {}, CodeSource::image);
  const std::vector<PageCode> all = std::move(codes).take();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].content.text, "at the edge");
  EXPECT_EQ(all[0].box().right, 600);
}

TEST(PageCodes, ComeFromTopToBottom) {
  PageCodes codes(600, 800);
  codes.add(std::vector{code_at("3", 10, 300, 20), code_at("1", 400, 20, 20)}, {}, CodeSource::image);
  codes.add(std::vector{code_at("2", 300, 200, 20)}, {}, CodeSource::page);
  std::string order;
  for (const PageCode& code : std::move(codes).take()) order += code.content.text;
  EXPECT_EQ(order, "123");
}

/// Light on a dark panel of the given level, in a white picture of a size at which one looks for a reason first.
GrayImage on_panel(const Modules& modules, std::uint32_t scale, std::uint8_t level) {
  GrayImage image = white_image(1500, 1500);
  const std::uint32_t margin = 16;
  for (std::uint32_t y = 0; y < (modules.size() * scale) + (2 * margin); ++y)
    for (std::uint32_t x = 0; x < (modules[0].size() * scale) + (2 * margin); ++x) {
      const bool is_inside = x >= margin && y >= margin && (x - margin) / scale < modules[0].size() &&
                             (y - margin) / scale < modules.size();
      const bool is_light = is_inside && modules[(y - margin) / scale][(x - margin) / scale] == '#';
      if (!is_light) image.pixels[((703 + y) * std::size_t{1500}) + 401 + x] = level;
    }
  return image;
}

TEST(FindCodes, LightOnDarkAreFoundInLargePicturesToo) {
  for (const std::uint8_t level : {0, 90, 180})
    for (const std::uint32_t scale : {3U, 8U})
      EXPECT_THAT(find_codes(on_panel(qr_modules(), scale, level)).codes, SizeIs(1)) << int{level} << " " << scale;
}

Code label_at(double left, double top, const std::string& bytes) {
  return {.content = {.format = "Code 128", .text = bytes, .bytes = bytes, .symbology_identifier = "]C0"},
          .corners = {Point{left, top}, Point{left + 100, top}, Point{left + 100, top + 40}, Point{left, top + 40}}};
}

TEST(PageCodes, StandInRowsThoughOneBeginsALittleHigher) {
  PageCodes codes(600, 800);
  codes.add(
      std::vector{label_at(300, 99.9, "b"), label_at(10, 100, "a"), label_at(10, 10, "top"), label_at(10, 300, "end")},
      {}, CodeSource::page);
  std::vector<std::string> order;
  for (const PageCode& code : std::move(codes).take()) order.push_back(code.content.text);
  EXPECT_THAT(order, ElementsAre("top", "a", "b", "end"));
}

TEST(PageCodes, KnowWhichPartsOfAPictureTheyCover) {
  PageCodes codes(600, 800);
  codes.add(std::vector{label_at(100, 100, "a")}, {}, CodeSource::page);
  const Placement half{.a = 0.5, .d = 0.5};
  EXPECT_TRUE(codes.has_most_of({.left = 190, .top = 190, .right = 410, .bottom = 290}, half));
  EXPECT_FALSE(codes.has_most_of({.left = 190, .top = 190, .right = 410, .bottom = 490}, half));  // there is more
  EXPECT_FALSE(codes.has_most_of({.left = 500, .top = 500, .right = 600, .bottom = 540}, half));
}

}  // namespace
}  // namespace docmill::codes
