#include <gtest/gtest.h>

#include "extract/image/image.h"
#include "extract/image/tiff_directory.h"
#include "unit/extract/image/fixtures.h"

namespace docmill::image {
namespace {

using namespace std::string_view_literals;

// Fields of four bytes; the values of entries stand in the entries.
class TiffBytes {
 public:
  TiffBytes& add(std::string_view raw) {
    text_ += raw;
    return *this;
  }
  TiffBytes& u16(unsigned value) { return add(number(value, 2)); }
  TiffBytes& u32(unsigned value) { return add(number(value, 4)); }
  TiffBytes& u64(unsigned value) { return add(number(value, 8)); }
  TiffBytes& entry(unsigned tag, unsigned type, unsigned value) { return u16(tag).u16(type).u32(1).u32(value); }
  Bytes bytes() const { return bytes_of(text_); }

 private:
  static std::string number(unsigned value, unsigned length) {
    std::string digits;
    for (unsigned i = 0; i < length; ++i) digits += static_cast<char>(i < 4 ? (value >> (8 * i)) & 0xFFU : 0);
    return digits;
  }
  std::string text_;
};

// Two directories: at 8, of 3 entries, and at 50.
TiffBytes two_directories(unsigned after_second) {
  TiffBytes tiff;
  tiff.add("II"sv).u16(42).u32(8);
  tiff.u16(3).entry(256, 3, 100).entry(257, 4, 200).entry(274, 3, 6).u32(50);
  return tiff.u16(2).entry(256, 3, 10).entry(257, 3, 20).u32(after_second);
}

TEST(TiffDirectories, AreReadAlongTheirChain) {
  const auto directories = read_tiff_directories(two_directories(0).bytes(), 100);
  ASSERT_EQ(directories.size(), 2);
  EXPECT_EQ(directories[0].width_px, 100);
  EXPECT_EQ(directories[0].height_px, 200);
  EXPECT_EQ(directories[0].orientation, 6);
  EXPECT_EQ(directories[1].offset, 50);
  EXPECT_EQ(directories[1].width_px, 10);
}

TEST(TiffDirectories, ALoopEndsTheChain) {
  EXPECT_EQ(read_tiff_directories(two_directories(8).bytes(), 100).size(), 2);
  EXPECT_EQ(read_tiff_directories(two_directories(50).bytes(), 100).size(), 2);
}

TEST(TiffDirectories, CopiesAndMasksAreKnown) {
  const auto with = [](unsigned tag, unsigned value) {
    TiffBytes tiff;
    tiff.add("II"sv).u16(42).u32(8).u16(3).entry(tag, 4, value).entry(256, 3, 10).entry(257, 3, 20).u32(0);
    return read_tiff_directories(tiff.bytes(), 1).at(0);
  };
  EXPECT_TRUE(with(254, 1).is_reduced_copy);
  EXPECT_TRUE(with(254, 5).is_reduced_copy && with(254, 5).is_mask);
  EXPECT_FALSE(with(254, 2).is_reduced_copy || with(254, 2).is_mask);  // one page of several
  EXPECT_TRUE(with(255, 2).is_reduced_copy);
  EXPECT_FALSE(with(255, 1).is_reduced_copy || with(255, 3).is_reduced_copy);
}

TEST(TiffDirectories, NoMoreThanAskedForAreRead) {
  EXPECT_EQ(read_tiff_directories(two_directories(0).bytes(), 1).size(), 1);
}

TEST(TiffDirectories, EveryTruncationIsSurvivedAndKeepsWholeDirectories) {
  const Bytes whole = two_directories(0).bytes();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const auto directories = read_tiff_directories(std::span(whole).first(size), 100);
    const std::size_t expected = size < 46 ? 0 : size < 76 ? 1 : 2;
    EXPECT_EQ(directories.size(), expected) << size;
  }
}

TEST(TiffDirectories, BigTiffIsRead) {
  TiffBytes tiff;
  tiff.add("II"sv).u16(43).u16(8).u16(0).u64(16).u64(2);
  tiff.u16(256).u16(4).u64(1).u64(70'000).u16(257).u16(16).u64(1).u64(3).u64(0);
  const auto directories = read_tiff_directories(tiff.bytes(), 100);
  ASSERT_EQ(directories.size(), 1);
  EXPECT_EQ(directories[0].width_px, 70'000);
  EXPECT_EQ(directories[0].height_px, 3);
}

struct Case {
  Format format;
  int depth;
};

class EveryFormat : public testing::TestWithParam<Case> {};

TEST_P(EveryFormat, HeaderNamesTheSize) {
  const TestPix pix = quarter_pix(61, 37, GetParam().depth);
  const auto headers = read_headers(encode(pix.get(), GetParam().format), GetParam().format);
  ASSERT_TRUE(headers.has_value()) << headers.error().text();
  ASSERT_EQ(headers->size(), 1);
  EXPECT_EQ(headers->front().width_px, 61);
  EXPECT_EQ(headers->front().height_px, 37);
}

TEST_P(EveryFormat, NoTruncationReadsPastTheEnd) {
  const TestPix pix = quarter_pix(61, 37, GetParam().depth);
  const Bytes whole = encode(pix.get(), GetParam().format);
  for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 700); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));  // ASan watches its end
    const auto headers = read_headers(cut, GetParam().format);
    EXPECT_TRUE(!headers || headers->front().width_px == 61) << size;
  }
}

TEST_P(EveryFormat, NoBytesAreCorrupt) {
  const auto headers = read_headers({}, GetParam().format);
  ASSERT_FALSE(headers.has_value());
  EXPECT_EQ(headers.error().kind, ErrorKind::corrupt);
}

INSTANTIATE_TEST_SUITE_P(ImageHeader, EveryFormat,
                         testing::Values(Case{Format::jpeg, 8}, Case{Format::png, 1}, Case{Format::tiff, 8},
                                         Case{Format::webp, 32}, Case{Format::bmp, 8}, Case{Format::gif, 8},
                                         Case{Format::jpeg2000, 8}),
                         [](const auto& test) { return std::string(media_type(test.param.format).substr(6)); });

TEST(ImageHeader, ResolutionComesFromEveryFormatThatHasOne) {
  const TestPix pix = quarter_pix(64, 64, 8);
  pixSetResolution(pix.get(), 300, 300);
  for (const Format format : {Format::jpeg, Format::png, Format::tiff, Format::bmp}) {
    const auto headers = read_headers(encode(pix.get(), format), format);
    ASSERT_TRUE(headers.has_value());
    EXPECT_NEAR(headers->front().dpi, 300, 0.5) << media_type(format);
  }
}

TEST(ImageHeader, ImplausibleResolutionIsNone) {
  const TestPix pix = quarter_pix(64, 64, 8);
  pixSetResolution(pix.get(), 1, 1);
  EXPECT_EQ(read_headers(encode(pix.get(), Format::png), Format::png)->front().dpi, 0);
}

TEST(ImageHeader, EveryDirectoryOfATiffIsAPage) {
  std::vector<TestPix> pages;
  for (int i = 1; i <= 3; ++i) pages.push_back(quarter_pix(10 * i, 20, 1));
  const auto headers = read_headers(encode_tiff_pages(pages), Format::tiff);
  ASSERT_TRUE(headers.has_value());
  ASSERT_EQ(headers->size(), 3);
  EXPECT_EQ(headers->at(2).width_px, 30);
}

TEST(ImageHeader, MorePixelsThanTheLimitAreFoundWithoutPixels) {
  // 60,000 x 60,000 of one bit: the header and nothing else.
  const Bytes bomb = bytes_of("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xEA\x60\0\0\xEA\x60\x01\0\0\0\0"sv);
  const auto headers = read_headers(bomb, Format::png);
  ASSERT_TRUE(headers.has_value());
  const auto checked = check_pixels(headers->front(), Limits{});  // 64 times 50 million
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().kind, ErrorKind::limit_pixels);
  EXPECT_EQ(decode(bomb, Format::png, headers->front(), Limits{}).error().kind, ErrorKind::limit_pixels);
}

}  // namespace
}  // namespace docmill::image
