#include <gtest/gtest.h>

#include "extract/image/image.h"
#include "unit/extract/image/fixtures.h"
#include "unit/extract/warm.h"

namespace docmill::image {
namespace {

using namespace std::string_view_literals;

Result<Decoded> decode_page(const Bytes& bytes, Format format, std::size_t page = 0) {
  if (!warm()) return std::unexpected(warm().error());
  const auto headers = read_headers(bytes, format);
  if (!headers) return std::unexpected(headers.error());
  return decode(bytes, format, headers->at(page), Limits{});
}

int at(const GrayImage& image, double x, double y) {
  const auto column = static_cast<std::size_t>(x * image.width_px), row = static_cast<std::size_t>(y * image.height_px);
  return image.pixels.at((row * image.width_px) + column);
}

/// Which quarter is black, in reading order: "1000" is the top left one.
std::string black_quarters(const GrayImage& image) {
  std::string quarters;
  for (const double y : {0.25, 0.75})
    for (const double x : {0.25, 0.75}) quarters += at(image, x, y) < 64 ? '1' : '0';
  return quarters;
}

struct Case {
  std::string name;
  Format format;
  int depth;
};

class EveryImage : public testing::TestWithParam<Case> {};

TEST_P(EveryImage, DecodesToGray) {
  ASSERT_TRUE(warm()) << warm().error().text();
  const TestPix pix = quarter_pix(64, 32, GetParam().depth);
  const auto decoded = decode_page(encode(pix.get(), GetParam().format), GetParam().format);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_FALSE(decoded->partly_decoded);
  EXPECT_EQ(decoded->image.width_px, 64);
  EXPECT_EQ(decoded->image.height_px, 32);
  ASSERT_EQ(decoded->image.pixels.size(), 64 * 32);
  EXPECT_EQ(black_quarters(decoded->image), "1000");
  EXPECT_GT(at(decoded->image, 0.9, 0.9), 250);
}

TEST_P(EveryImage, HeaderWithoutPixelsIsCorrupt) {
  const TestPix pix = quarter_pix(64, 32, GetParam().depth);
  Bytes bytes = encode(pix.get(), GetParam().format);
  const auto headers = read_headers(bytes, GetParam().format);
  ASSERT_TRUE(headers);
  bytes.resize(30);
  const auto decoded = decode(bytes, GetParam().format, headers->front(), Limits{});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().kind, ErrorKind::corrupt);
}

INSTANTIATE_TEST_SUITE_P(ImageDecode, EveryImage,
                         testing::Values(Case{"jpeg_gray", Format::jpeg, 8}, Case{"jpeg_colour", Format::jpeg, 32},
                                         Case{"png_1_bit", Format::png, 1}, Case{"png_gray", Format::png, 8},
                                         Case{"png_16_bits", Format::png, 16}, Case{"png_colour", Format::png, 32},
                                         Case{"tiff_1_bit", Format::tiff, 1}, Case{"tiff_gray", Format::tiff, 8},
                                         Case{"tiff_colour", Format::tiff, 32}, Case{"webp", Format::webp, 32},
                                         Case{"bmp_1_bit", Format::bmp, 1}, Case{"bmp_colour", Format::bmp, 32},
                                         Case{"gif", Format::gif, 8}, Case{"jpeg2000", Format::jpeg2000, 8}),
                         [](const auto& test) { return test.param.name; });

TEST(ImageDecode, PagesOfATiffAreDecodedByTheirOwnDirectory) {
  std::vector<TestPix> pages;
  for (int i = 1; i <= 3; ++i) pages.push_back(quarter_pix(40 * i, 20, 8));
  const Bytes tiff = encode_tiff_pages(pages);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto decoded = decode_page(tiff, Format::tiff, i);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->image.width_px, 40 * (i + 1));
    EXPECT_EQ(black_quarters(decoded->image), "1000");
  }
}

// The EXIF block of a JPEG: a TIFF of one directory with one entry.
Bytes with_exif_orientation(Bytes jpeg, char orientation) {
  std::string segment(
      "\xFF\xE1\x00\x22"
      "Exif\0\0"
      "II*\0\x08\0\0\0"
      "\x01\0"
      "\x12\x01\x03\0\x01\0\0\0?\0\0\0"
      "\0\0\0\0"sv);
  segment[segment.find('?')] = orientation;
  const Bytes bytes = bytes_of(segment);
  jpeg.insert(jpeg.begin() + 2, bytes.begin(), bytes.end());
  return jpeg;
}

// The expectations are those of EXIF 2.3, table 6: where the stored first row and column stand in the upright image.
TEST(ImageDecode, ExifOrientationIsApplied) {
  const TestPix pix = quarter_pix(64, 32, 8);
  const Bytes jpeg = encode(pix.get(), Format::jpeg);
  const std::vector<std::string> expected{"1000", "0100", "0001", "0010", "1000", "0100", "0001", "0010"};
  for (char orientation = 1; orientation <= 8; ++orientation) {
    const auto decoded = decode_page(with_exif_orientation(jpeg, orientation), Format::jpeg);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->image.width_px, orientation >= 5 ? 32 : 64) << int{orientation};
    EXPECT_EQ(black_quarters(decoded->image), expected.at(static_cast<std::size_t>(orientation - 1)))
        << int{orientation};
  }
}

class TiffOfDepth : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(ImageDecode, TiffOfDepth, testing::Values(1, 8, 32));

TEST_P(TiffOfDepth, OrientationIsApplied) {
  const TestPix pix = quarter_pix(64, 32, GetParam());
  const std::vector<std::string> expected{"1000", "0100", "0001", "0010", "1000", "0100", "0001", "0010"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Bytes tiff = encode(pix.get(), Format::tiff);
    // Leptonica writes the tag in little-endian order: tag 274, SHORT, one value.
    const Bytes tag = bytes_of("\x12\x01\x03\0\x01\0\0\0"sv);
    const auto found = std::ranges::search(tiff, tag);
    ASSERT_FALSE(found.empty());
    found.end()[0] = static_cast<std::byte>(orientation);
    const auto decoded = decode_page(tiff, Format::tiff);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->image.width_px, orientation >= 5 ? 32 : 64) << orientation;
    EXPECT_EQ(black_quarters(decoded->image), expected.at(static_cast<std::size_t>(orientation - 1))) << orientation;
  }
}

TEST(ImageDecode, TransparentPixelsAreWhite) {
  TestPix pix(pixCreate(64, 32, 32));  // black, and fully transparent
  pixSetSpp(pix.get(), 4);
  for (const Format format : {Format::png, Format::webp}) {
    const auto decoded = decode_page(encode(pix.get(), format), format);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(at(decoded->image, 0.5, 0.5), 255) << media_type(format);
  }
}

// GIF89a, 1 x 1, two colours: black, which is transparent, and red; then a second frame that nobody needs.
TEST(ImageDecode, FirstFrameOfAGifIsTakenAndItsTransparentColourIsWhite) {
  const auto header =
      "GIF89a\1\0\1\0\x80\0\0"
      "\0\0\0\xFF\0\0"sv;
  const auto control = "\x21\xF9\4\1\0\0\0\0"sv, frame = "\x2C\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"sv;
  const auto huge_frame = "\x2C\0\0\0\0\xFF\xFF\xFF\xFF\0\2\2\x44\1\0"sv;
  const Bytes gif = bytes_of(std::string(header) + std::string(control) + std::string(frame) + std::string(huge_frame));
  const auto decoded = decode_page(gif, Format::gif);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->image.pixels, std::vector<std::uint8_t>{255});
}

/// The number of lines stands behind the scan (ISO 10918-1, B.2.5), and in the frame there is none.
Bytes with_lines_defined_late(Bytes jpeg) {
  const Bytes frame = bytes_of("\xFF\xC0"sv);
  const auto found = std::ranges::search(jpeg, frame);
  const auto height = found.begin() + 5;
  Bytes definition = bytes_of("\xFF\xDC\0\4"sv);
  definition.insert(definition.end(), height, height + 2);
  std::fill_n(height, 2, std::byte{0});
  jpeg.insert(jpeg.end() - 2, definition.begin(), definition.end());
  return jpeg;
}

TEST(ImageDecode, AJpegMaySayItsNumberOfLinesBehindItsScan) {
  const TestPix pix = quarter_pix(640, 333, 8);
  const Bytes jpeg = encode(pix.get(), Format::jpeg);
  const auto expected = decode_page(jpeg, Format::jpeg),
             decoded = decode_page(with_lines_defined_late(jpeg), Format::jpeg);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_EQ(decoded->image.height_px, 333);
  EXPECT_EQ(decoded->image.pixels, expected->image.pixels);
  EXPECT_FALSE(decoded->partly_decoded);
  Bytes without = with_lines_defined_late(jpeg);
  without.resize(without.size() / 2);
  EXPECT_FALSE(decode_page(without, Format::jpeg));
}

TEST(ImageDecode, TruncatedJpegKeepsWhatWasRead) {
  const TestPix pix = quarter_pix(640, 640, 8);
  Bytes jpeg = encode(pix.get(), Format::jpeg);
  jpeg.resize(jpeg.size() * 3 / 4);
  const auto decoded = decode_page(jpeg, Format::jpeg);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_TRUE(decoded->partly_decoded);
  EXPECT_LT(at(decoded->image, 0.1, 0.1), 16);
  EXPECT_GT(at(decoded->image, 0.9, 0.1), 240);
}

TEST(ImageDecode, TruncatedPngKeepsWhatWasRead) {
  Bytes png = read_file(corpus("ocr/linn.png"));
  if (png.empty()) GTEST_SKIP() << "no corpus";
  png.resize(png.size() / 2);
  const auto decoded = decode_page(png, Format::png);
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_TRUE(decoded->partly_decoded);
  EXPECT_EQ(at(decoded->image, 0.5, 0.99), 255);
}

TEST(ImageDecode, DamagedFilesAreSurvived) {
  const TestPix pix = quarter_pix(64, 32, 8);
  for (const Format format : {Format::jpeg, Format::png, Format::tiff, Format::webp, Format::bmp, Format::gif}) {
    const Bytes whole = encode(pix.get(), format);
    for (std::size_t i = 0; i < whole.size(); i += 1 + (whole.size() / 300)) {
      Bytes damaged = whole;
      damaged[i] ^= std::byte{0xFF};
      const auto decoded = decode_page(damaged, format);
      EXPECT_TRUE(!decoded ||
                  decoded->image.pixels.size() == std::size_t{decoded->image.width_px} * decoded->image.height_px);
    }
  }
}

}  // namespace
}  // namespace docmill::image
