// Codes drawn from their standards' patterns, as marks and as pixels.
#include "extract/code_marks.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>

namespace docmill::ink {
namespace {

GrayImage paper(std::uint32_t width, std::uint32_t height) {
  return {.width_px = width,
          .height_px = height,
          .dpi = look_dpi,
          .pixels = std::vector<std::uint8_t>(std::size_t{width} * height, 255)};
}

void fill(GrayImage& image, std::int32_t left, std::int32_t top, std::int32_t width, std::int32_t height,
          std::uint8_t tone = 0) {
  for (std::int32_t y = top; y < top + height; ++y)
    for (std::int32_t x = left; x < left + width; ++x)
      image.pixels[(static_cast<std::size_t>(y) * image.width_px) + static_cast<std::size_t>(x)] = tone;
}

/// The digits of an EAN-13 code, as modules from left to right: "4006381333931" in GS1's general specifications.
constexpr std::string_view ean =
    "10100011010100111010111101111010001001011001101010100001010000101000010111010010000101100110101";

GrayImage with_bars(std::int32_t module) {
  GrayImage image = paper(static_cast<std::uint32_t>(ean.size()) * static_cast<std::uint32_t>(module) + 100, 140);
  for (std::size_t i = 0; i < ean.size(); ++i)
    if (ean[i] == '1') fill(image, 50 + (static_cast<std::int32_t>(i) * module), 40, module, 60);
  return image;
}

void draw_corner(GrayImage& image, std::int32_t left, std::int32_t top, std::int32_t module) {
  fill(image, left - module, top - module, 9 * module, 9 * module, 255);
  fill(image, left, top, 7 * module, 7 * module);
  fill(image, left + module, top + module, 5 * module, 5 * module, 255);
  fill(image, left + (2 * module), top + (2 * module), 3 * module, 3 * module);
}

/// Version 4 has 33 modules a side; its data look like chance.
GrayImage with_qr(std::int32_t module) {
  GrayImage image = paper(400, 400);
  std::mt19937 random(5);
  for (std::int32_t y = 0; y < 33; ++y)
    for (std::int32_t x = 0; x < 33; ++x)
      if (random() % 2 == 0) fill(image, 60 + (x * module), 60 + (y * module), module, module);
  for (const auto& [x, y] : {std::pair{0, 0}, {26, 0}, {0, 26}})
    draw_corner(image, 60 + (x * module), 60 + (y * module), module);
  return image;
}

GrayImage on_its_side(const GrayImage& image) {
  GrayImage turned = paper(image.height_px, image.width_px);
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x)
      turned.pixels[(std::size_t{x} * turned.width_px) + y] = image.pixels[(std::size_t{y} * image.width_px) + x];
  return turned;
}

TEST(Codes, BarsAreFoundWhereTheyAre) {
  for (const std::int32_t module : {2, 3}) {
    const std::vector<Box> codes = find_code_marks(find_marks(with_bars(module), Tone::dark));
    ASSERT_EQ(codes.size(), 1) << module;
    EXPECT_NEAR(codes[0].left, 50, 1);
    EXPECT_NEAR(codes[0].right, 50 + (95 * module), 1);
    EXPECT_NEAR(codes[0].top, 40, 1);
    EXPECT_NEAR(codes[0].bottom, 100, 1);
    EXPECT_EQ(find_code_marks(find_marks(on_its_side(with_bars(module)), Tone::dark)).size(), 1);
  }
}

TEST(Codes, ThreeCornersAreAQrCode) {
  for (const std::int32_t module : {3, 4, 6}) {
    const std::vector<Box> codes = find_code_marks(find_marks(with_qr(module), Tone::dark));
    ASSERT_GE(codes.size(), 1) << module;
    EXPECT_NEAR(codes[0].left, 60, 1);
    EXPECT_NEAR(codes[0].bottom, 60 + (33 * module), 1);
  }
}

TEST(Codes, AreNoTextAndHideNone) {
  for (GrayImage image : {with_bars(2), with_bars(3), on_its_side(with_bars(2)), with_qr(4), with_qr(6)}) {
    EXPECT_FALSE(looks_like_text(image, {}));
    for (std::int32_t letter = 0; letter < 9; ++letter)
      fill(image, 20 + (8 * letter), letter % 3 == 0 ? 12 : 15, 5, letter % 3 == 0 ? 10 : 7);
    EXPECT_TRUE(looks_like_text(image, {}));
  }
}

TEST(Codes, LettersAreNone) {
  std::vector<Box> letters;
  for (std::int32_t i = 0; i < 40; ++i)
    letters.push_back({.left = 10 * i, .top = 20 - (i % 3), .right = (10 * i) + 6, .bottom = 40});
  for (std::int32_t i = 0; i < 4; ++i)  // "llll"
    letters.push_back({.left = 6 * i, .top = 60, .right = (6 * i) + 3, .bottom = 80});
  EXPECT_TRUE(find_code_marks(letters).empty());
  EXPECT_TRUE(find_code_marks({}).empty());
}

}  // namespace
}  // namespace docmill::ink
