// Encoders of images. The oracles are the decoders of this room, and Pillow's in tests/e2e/test_page_outputs.py.
#include "extract/image/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>
#include <zlib.h>

#include <cstdlib>

#include "document/version.h"
#include "extract/image/image.h"

namespace docmill::image {
namespace {

ColourImage gradient(std::uint32_t width, std::uint32_t height) {
  ColourImage image{.width_px = width, .height_px = height, .dpi = 100, .pixels = {}};
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x)
      for (const std::uint32_t sample : {x, y, x + y}) image.pixels.push_back(static_cast<std::uint8_t>(sample));
  return image;
}

std::optional<ColourImage> decoded(const std::vector<std::byte>& bytes, Format format) {
  const auto headers = read_headers(bytes, format);
  if (!headers) return std::nullopt;
  EXPECT_EQ(sniff(bytes), format);
  auto colour = decode_colour(bytes, format, headers->front(), {}, encoded_side_px_max);
  if (!colour) return std::nullopt;
  colour->image.dpi = headers->front().dpi;
  return std::move(colour->image);
}

int largest_difference(const ColourImage& a, const ColourImage& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

constexpr std::uint64_t no_limit = UINT64_MAX;

TEST(Encode, PngIsWhatWentIn) {
  const ColourImage image = gradient(117, 31);
  const auto bytes = encode(image, {.kind = FileKind::png, .size_bytes_max = no_limit});
  ASSERT_TRUE(bytes) << bytes.error().text();
  const auto back = decoded(*bytes, Format::png);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->width_px, 117U);
  EXPECT_TRUE(back->pixels == image.pixels);
  EXPECT_NEAR(back->dpi, 100, 0.1);
}

TEST(Encode, JpegIsNearWhatWentIn) {
  const ColourImage image = gradient(117, 31);
  const auto bytes = encode(image, {.kind = FileKind::jpeg, .quality = 95, .size_bytes_max = no_limit});
  ASSERT_TRUE(bytes) << bytes.error().text();
  const auto back = decoded(*bytes, Format::jpeg);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->height_px, 31U);
  EXPECT_LE(largest_difference(*back, image), 16);
  EXPECT_EQ(back->dpi, 100);
  EXPECT_TRUE(*bytes == *encode(image, {.kind = FileKind::jpeg, .quality = 95, .size_bytes_max = no_limit}));
  EXPECT_LT(encode(image, {.kind = FileKind::jpeg, .quality = 10, .size_bytes_max = no_limit})->size(), bytes->size());
}

TEST(Encode, APartIsThatPart) {
  const ColourImage image = gradient(100, 50);
  const ColourView part(image, 20, 10, {.width = 30, .height = 15});
  const auto bytes = encode_png(part, {.kind = FileKind::png, .size_bytes_max = no_limit});
  const auto back = decoded(bytes.value(), Format::png);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->width_px, 30U);
  EXPECT_EQ(back->height_px, 15U);
  EXPECT_EQ(back->pixels[0], 20);
  EXPECT_EQ(back->pixels[1], 10);
  EXPECT_EQ(back->pixels[back->pixels.size() - 1], 49 + 24);
}

TEST(Encode, TakesNoMoreThanItMay) {
  for (const FileKind kind : {FileKind::webp, FileKind::png, FileKind::jpeg}) {
    const auto whole = encode(gradient(300, 200), {.kind = kind, .size_bytes_max = no_limit});
    ASSERT_TRUE(whole);
    EXPECT_TRUE(encode(gradient(300, 200), {.kind = kind, .size_bytes_max = whole->size()}));
    for (const std::uint64_t size : {whole->size() - 1, whole->size() / 2, std::size_t{0}}) {
      const auto cut = encode(gradient(300, 200), {.kind = kind, .size_bytes_max = size});
      ASSERT_FALSE(cut) << size;
      EXPECT_EQ(cut.error().kind, ErrorKind::limit_output);
    }
  }
}

TEST(Encode, OfNoPixelsIsAnError) {
  for (const FileKind kind : {FileKind::webp, FileKind::png, FileKind::jpeg})
    EXPECT_EQ(encode({}, {.kind = kind, .size_bytes_max = no_limit}).error().kind, ErrorKind::limit_pixels);
}

TEST(Reduced, IsTheMeanOfWhatItCovers) {
  ColourImage image{.width_px = 4, .height_px = 2, .dpi = 100, .pixels = {}};
  for (int i = 0; i < 8; ++i)
    for (int sample = 0; sample < 3; ++sample) image.pixels.push_back(static_cast<std::uint8_t>((i % 4) * 10));
  const ColourImage small = reduced(ColourView(image), {.width = 2, .height = 1});
  EXPECT_THAT(small.pixels, testing::ElementsAre(5, 5, 5, 25, 25, 25));
  EXPECT_EQ(small.dpi, 50);
}

TEST(Fitted, KeepsTheShapeAndEnlargesNothing) {
  EXPECT_EQ(fitted({.width = 1000, .height = 500}, 100), (PixelSize{.width = 100, .height = 50}));
  EXPECT_EQ(fitted({.width = 3, .height = 1000}, 100), (PixelSize{.width = 1, .height = 100}));
  EXPECT_EQ(fitted({.width = 10, .height = 20}, 100), (PixelSize{.width = 10, .height = 20}));
}

// What is linked is what the hash names.
TEST(Encoders, AreOfTheVersionsThatTheHashNames) {
  const int webp = WebPGetEncoderVersion();
  EXPECT_EQ(webp_version,
            std::to_string(webp >> 16) + "." + std::to_string((webp >> 8) & 255) + "." + std::to_string(webp & 255));
  EXPECT_EQ(png_version, png_get_libpng_ver(nullptr));
  EXPECT_EQ(deflate_version, std::string_view(zlibVersion()));
}

}  // namespace
}  // namespace docmill::image
