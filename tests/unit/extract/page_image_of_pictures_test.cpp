// Page images of documents that are images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/extract/image/fixtures.h"
#include "unit/extract/page_image_sink.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// 64 x 32 pixels, white with a red quarter at the top left.
TestPix red_quarter() {
  TestPix pix = quarter_pix(64, 32, 32);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 32; ++x) pixSetRGBPixel(pix.get(), x, y, 255, 0, 0);
  return pix;
}

class PageImageOfEvery : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(PageImageOfAPicture, PageImageOfEvery,
                         testing::Values(Format::jpeg, Format::png, Format::tiff, Format::webp, Format::bmp));

TEST_P(PageImageOfEvery, FormatKeepsPixelsAndColours) {
  const Bytes bytes = encode(red_quarter().get(), GetParam());
  Options options = for_images();
  EXPECT_THAT(run(bytes, options).need_ocr, ElementsAre(0)) << "decoders are where the recogniser is";
  options.recogniser_available = true;
  const OrderSink sink = run(bytes, options);
  EXPECT_THAT(sink.order, ElementsAre("file 0", "row 0"));
  EXPECT_THAT(sink.decisions, IsEmpty());
  const Seen image = seen(sink.files.at(0));
  EXPECT_EQ(image.width, 64);
  EXPECT_EQ(image.height, 32);
  expect_colour(image.at(0.2, 0.2), {.red = 255, .green = 0, .blue = 0});
  expect_colour(image.at(0.8, 0.2), {.red = 255, .green = 255, .blue = 255});
}

TEST(PageImageOfAPicture, TooLargeIsMadeSmallerAndThatIsTold) {
  Options options = for_images();
  options.recogniser_available = true;
  options.recipe.limits.page_pixels_max = 512;
  const OrderSink sink = run(encode(red_quarter().get(), Format::png), options);
  EXPECT_THAT(sink.rows.at(0).warnings, ElementsAre("dpi_reduced"));
  EXPECT_EQ(seen(sink.files.at(0)).width, 32);
}

TEST(PageImageOfAPicture, FarTooLargeIsMissing) {
  Options options = for_images();
  options.recogniser_available = true;
  options.recipe.limits.page_pixels_max = 1;
  const TestPix page = red_quarter();
  Pixa* pages = pixaCreate(2);
  pixaAddPix(pages, page.get(), L_COPY);
  pixaAddPix(pages, page.get(), L_COPY);
  Encoded encoded;
  ASSERT_EQ(pixaWriteMemMultipageTiff(encoded.data(), encoded.size(), pages), 0);
  pixaDestroy(&pages);
  const Bytes bytes = encoded.take();
  const OrderSink sink = run(bytes, options);
  ASSERT_THAT(sink.rows, SizeIs(2));
  EXPECT_EQ(sink.rows[0].error_kind, ErrorKind::limit_pixels);
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("page_image_missing"));
  options.recogniser_available = false;
  EXPECT_THAT(run(bytes, options).order, ElementsAre("row 0", "row 1"));
}

TEST(PageImageOfAPicture, ThatIsDamagedIsMissingOrHasWhatIsThere) {
  Options options = for_images();
  options.recogniser_available = true;
  Bytes bytes = encode(red_quarter().get(), Format::bmp);
  Bytes header_only = bytes;
  header_only.resize(60);
  const OrderSink nothing = run(header_only, options);
  EXPECT_THAT(nothing.files, IsEmpty());
  EXPECT_THAT(nothing.rows.at(0).warnings, ElementsAre("page_image_missing"));
  bytes.resize(bytes.size() * 2 / 3);
  const OrderSink part = run(bytes, options);
  EXPECT_THAT(part.files, SizeIs(1));
  EXPECT_THAT(part.rows.at(0).warnings, ElementsAre("partly_decoded"));
}

}  // namespace
}  // namespace docmill::extract
