#include <gtest/gtest.h>

#include <cstdlib>

#include "extract/pdf/jpeg2000_header.h"
#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/fixtures.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

int quadrant(std::uint32_t x, std::uint32_t y) {
  if (y < 6) return x < 10 ? 0 : 200;
  return x < 10 ? 100 : 255;
}

TEST(Jpeg2000, DecodesFilesAndBareCodestreams) {
  for (const std::string_view digits : {quadrants_jp2_hex, quadrants_j2k_hex}) {
    const std::string bytes = from_hex(digits);
    const auto image = decode_jpeg2000(bytes_of(bytes), Limits{});
    ASSERT_TRUE(image) << image.error().text();
    ASSERT_EQ(image->width_px, 20U);
    ASSERT_EQ(image->height_px, 12U);
    EXPECT_EQ(image->dpi, 0);
    for (std::uint32_t y = 0; y < 12; ++y)
      for (std::uint32_t x = 0; x < 20; ++x)
        ASSERT_EQ(image->pixels.at(std::size_t{y} * 20 + x), quadrant(x, y)) << x << ", " << y;
  }
}

TEST(Jpeg2000, ChecksTheDeclaredSizeBeforeDecoding) {
  const std::string bytes = from_hex(quadrants_jp2_hex);
  Limits limits;
  limits.page_pixels_max = 59;  // 240 are declared
  const auto image = decode_jpeg2000(bytes_of(bytes), limits);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::limit_pixels);
}

TEST(Jpeg2000, MorePixelsThanTheLimitAreMadeFewer) {
  Limits limits;
  limits.page_pixels_max = 60;
  const auto image = decode_jpeg2000(bytes_of(from_hex(quadrants_jp2_hex)), limits);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_EQ(image->width_px, 10U);
  EXPECT_EQ(image->height_px, 6U);
}

TEST(Jpeg2000, RefusesHugeSizesInTheCodestreamWhateverTheFileSays) {
  std::string bytes = from_hex(quadrants_jp2_hex);
  const std::size_t siz = bytes.find("\xFF\x51");
  ASSERT_NE(siz, bytes.npos);
  bytes.replace(siz + 6, 8, "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF");
  const auto image = decode_jpeg2000(bytes_of(bytes), Limits{});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::limit_pixels);
}

TEST(Jpeg2000, AnImageThatCannotBeDecodedIsCorruptAndNotWhite) {
  const std::string whole = from_hex(quadrants_j2k_hex);
  const std::string header_only = whole.substr(0, whole.find("\xFF\x90"));
  const auto image = decode_jpeg2000(bytes_of(header_only), Limits{});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::corrupt);
}

TEST(Jpeg2000, EveryTruncationIsAnImageOrAnError) {
  for (const std::string_view digits : {quadrants_jp2_hex, quadrants_j2k_hex}) {
    const std::string whole = from_hex(digits);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto image = decode_jpeg2000(bytes_of(std::string_view(whole).substr(0, size)), Limits{});
      if (image) {
        EXPECT_EQ(image->pixels.size(), 240U);
      } else {
        EXPECT_EQ(image.error().kind, ErrorKind::corrupt) << size;
      }
    }
  }
}

TEST(Jpeg2000Header, ReadsTheSizeAndComponents) {
  for (const std::string_view digits : {quadrants_jp2_hex, quadrants_j2k_hex}) {
    const std::string bytes = from_hex(digits);
    const auto header = read_jpeg2000_header(bytes_of(bytes));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->width_px, 20U);
    EXPECT_EQ(header->height_px, 12U);
    EXPECT_EQ(header->components, 1U);
  }
}

TEST(Jpeg2000Header, IsNothingInOtherBytes) {
  for (const std::string bytes : {"", "\xFF\x4F", "%PDF-1.7 and more than eight bytes"})
    EXPECT_FALSE(read_jpeg2000_header(bytes_of(bytes)));
}

TEST(Jpeg2000Header, EndsOnBoxesThatDoNotAdvance) {
  const std::string signature("\0\0\0\x0CjP  \r\n\x87\n", 12);
  for (const std::string& box : {std::string("\0\0\0\0free", 8),
                                 std::string("\0\0\0\x04"
                                             "free",
                                             8),
                                 std::string("\0\0\0\x01"
                                             "free\0\0\0\0\0\0\0\0",
                                             16),
                                 std::string("\0\0\0\x01"
                                             "free\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                                             16)})
    EXPECT_FALSE(read_jpeg2000_header(bytes_of(signature + box)));
}

}  // namespace
}  // namespace docmill::pdf
