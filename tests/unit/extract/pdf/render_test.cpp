#include <gtest/gtest.h>

#include <algorithm>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

Result<GrayImage> render(const OnePage& page, double dpi, const Limits& limits = {}, bool text_first = false) {
  const std::string pdf = page.pdf();
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) return std::unexpected(document.error());
  auto loaded = document->load_page(PageIndex{0});
  if (!loaded) return std::unexpected(loaded.error());
  if (text_first && !loaded->text()) return fail(ErrorKind::corrupt, "", "no text");
  return loaded->render(Dpi{dpi}, limits);
}

int pixel(const GrayImage& image, std::uint32_t x, std::uint32_t y) {
  return image.pixels.at(std::size_t{y} * image.width_px + x);
}

bool has_ink(const GrayImage& image) {
  return std::any_of(image.pixels.begin(), image.pixels.end(), [](std::uint8_t value) { return value < 128; });
}

TEST(PdfRender, GivesGrayOnWhiteAtTheDpiAskedFor) {
  // A black square in the lower left quarter and a gray one in the upper right.
  const auto image = render({.content = "0 0 100 50 re f .5 g 100 50 100 50 re f"}, 144);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_EQ(image->width_px, 400U);
  EXPECT_EQ(image->height_px, 200U);
  EXPECT_EQ(image->dpi, 144);
  ASSERT_EQ(image->pixels.size(), 400U * 200U);
  EXPECT_EQ(pixel(*image, 50, 150), 0);
  EXPECT_NEAR(pixel(*image, 350, 50), 128, 1);
  EXPECT_EQ(pixel(*image, 50, 50), 255);
  EXPECT_EQ(pixel(*image, 350, 150), 255);
}

TEST(PdfRender, TurnsThePageAsItIsDisplayed) {
  const auto image = render({.content = "0 0 100 50 re f", .page_entries = "/Rotate 90"}, 72);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->width_px, 100U);
  EXPECT_EQ(image->height_px, 200U);
  EXPECT_EQ(pixel(*image, 25, 50), 0);  // turned clockwise, the lower left corner is the upper left one
  EXPECT_EQ(pixel(*image, 75, 150), 255);
}

TEST(PdfRender, RoundsSidesUp) {
  const auto image = render({.media_box = "[0 0 10.1 0.2]"}, 72);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->width_px, 11U);
  EXPECT_EQ(image->height_px, 1U);
}

TEST(PdfRender, LowersTheDpiToThePixelLimit) {
  Limits limits;
  limits.page_pixels_max = 20'000;  // the page has 20,000 pixels at 72 dpi
  const auto image = render({}, 200, limits);
  ASSERT_TRUE(image);
  EXPECT_LE(image->dpi, 72);
  EXPECT_GT(image->dpi, 71);
  EXPECT_LE(image->pixels.size(), limits.page_pixels_max);
}

TEST(PdfRender, RefusesAPageThatFitsAtNoUsefulDpi) {
  Limits limits;
  limits.page_pixels_max = 1'000;  // 1,250 pixels at 18 dpi
  const auto image = render({}, 200, limits);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::limit_pixels);
}

TEST(PdfRender, RefusesHugeBoxesBeforeItAllocates) {
  for (const char* box :
       {"[0 0 1000000000 1000000000]", "[0 0 1000000000 1]", "[-1000000000 -1000000000 1000000000 1000000000]"}) {
    const auto image = render({.media_box = box}, 200);
    ASSERT_FALSE(image) << box;
    EXPECT_EQ(image.error().kind, ErrorKind::limit_pixels) << box;
  }
}

TEST(PdfRender, KeepsBothSidesWithin15Bits) {
  const auto image = render({.media_box = "[0 0 20000 10]"}, 200);
  ASSERT_TRUE(image) << image.error().text();
  EXPECT_LE(image->width_px, 32767U);
  EXPECT_GT(image->width_px, 32000U);
}

const OnePage annotated = {
    .page_entries = "/Annots[6 0 R 8 0 R]",
    .catalog_entries = "/AcroForm<</Fields[8 0 R]/DA(/F 12 Tf)/DR<</Font<</F 5 0 R>>>>>>",
    .more = {"<</Type/Annot/Subtype/Stamp/Rect[0 0 100 20]/AP<</N 7 0 R>>>>", appearance("0 0 100 20 re f"),
             "<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(b)/Rect[100 80 200 100]/AP<</N 7 0 R>>>>"}};

TEST(PdfRender, DrawsAnnotationsAndFormFields) {
  const auto image = render(annotated, 72);
  ASSERT_TRUE(image);
  EXPECT_EQ(pixel(*image, 50, 90), 0) << "the stamp";
  EXPECT_EQ(pixel(*image, 150, 10), 0) << "the field";
  EXPECT_EQ(pixel(*image, 50, 10), 255);
}

TEST(PdfRender, DrawsTheSameAfterTheTextWasRead) {
  const auto before = render(annotated, 72), after = render(annotated, 72, {}, true);
  ASSERT_TRUE(before && after);
  EXPECT_TRUE(has_ink(*before));
  EXPECT_EQ(before->pixels, after->pixels);
}

}  // namespace
}  // namespace docmill::pdf
