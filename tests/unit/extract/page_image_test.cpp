// Images of pages of PDFs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/extract/page_image_sink.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

OrderSink run_page(const OnePage& page, const Options& options) {
  const std::string pdf = page.pdf();
  return run(bytes_of(pdf), options);
}

/// Red at the top left, blue at the bottom right.
const OnePage two_colours{.content = "1 0 0 rg 0 50 100 50 re f 0 0 1 rg 100 0 100 50 re f\n0 g " +
                                     show("(Some words)", 110, 70)};

TEST(PageImage, IsThePageInColourAtItsResolution) {
  const OrderSink sink = run_page(two_colours, for_images());
  ASSERT_THAT(sink.files, SizeIs(1));
  EXPECT_EQ(sink.files[0].output, OutputId::page_images);
  EXPECT_EQ(sink.files[0].kind, FileKind::webp);
  const Seen image = seen(sink.files[0]);
  EXPECT_EQ(image.width, 417);  // 200 points at 150 dpi, rounded up
  EXPECT_EQ(image.height, 209);
  expect_colour(image.at(0.25, 0.25), {.red = 255, .green = 0, .blue = 0});
  expect_colour(image.at(0.75, 0.75), {.red = 0, .green = 0, .blue = 255});
  expect_colour(image.at(0.25, 0.75), {.red = 255, .green = 255, .blue = 255});
  ASSERT_THAT(sink.rows, SizeIs(1));
  EXPECT_THAT(sink.rows[0].warnings, IsEmpty());
}

TEST(PageImage, IsMadeOnlyWhereItIsAskedForAndChangesNoText) {
  Options options = for_images();
  const OrderSink with = run_page(two_colours, options);
  options.recipe.outputs = {OutputId::text};
  const OrderSink without = run_page(two_colours, options);
  EXPECT_THAT(without.files, IsEmpty());
  EXPECT_EQ(with.rows.at(0).text, without.rows.at(0).text);
  EXPECT_EQ(with.rows.at(0).text, "Some words");
}

TEST(PageImage, ComesBeforeTheRowAndOnceAPage) {
  const std::string pdf =
      tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 144]>>"});
  const OrderSink sink = run(bytes_of(pdf), for_images());
  EXPECT_THAT(sink.order, ElementsAre("file 0", "row 0", "file 1", "row 1"));
  EXPECT_EQ(seen(sink.files.at(1)).height, 300);
  OrderSink stopped;
  stopped.files_max = 1;
  ASSERT_TRUE(extract(bytes_of(pdf), for_images(), stopped));
  EXPECT_THAT(stopped.order, ElementsAre("file 0")) << "nobody reads any more";
}

TEST(PageImage, IsTheSameBytesEachTime) {
  const OrderSink first = run_page(two_colours, for_images()), second = run_page(two_colours, for_images());
  EXPECT_TRUE(first.files.at(0).bytes.text() == second.files.at(0).bytes.text());
}

TEST(PageImage, FollowsItsSettings) {
  Options options = for_images();
  const auto size = [&] { return run_page(two_colours, options).files.at(0).bytes.size_bytes(); };
  const std::size_t usual = size();
  options.recipe.page_images.quality = 10;
  EXPECT_LT(size(), usual);
  options.recipe.page_images.dpi = 72;
  EXPECT_EQ(seen(run_page(two_colours, options).files.at(0)).width, 200);
}

TEST(PageImage, IsTurnedAsThePageIs) {
  OnePage page = two_colours;
  page.page_entries = "/Rotate 90";
  const Seen image = seen(run_page(page, for_images()).files.at(0));
  EXPECT_EQ(image.width, 209);
  EXPECT_EQ(image.height, 417);
  expect_colour(image.at(0.75, 0.25), {.red = 255, .green = 0, .blue = 0});
}

TEST(PageImage, ShowsAnnotationsAndFields) {
  OnePage page{.page_entries = "/Annots[6 0 R 8 0 R]", .catalog_entries = "/AcroForm<</Fields[8 0 R]>>"};
  page.more = {"<</Type/Annot/Subtype/Stamp/Rect[0 50 100 100]/AP<</N 7 0 R>>>>",
               appearance("0 1 0 rg 0 0 100 20 re f"),
               "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[100 0 200 50]/AP<</N 9 0 R>>>>",
               appearance("1 0 1 rg 0 0 100 20 re f")};
  const Seen image = seen(run_page(page, for_images()).files.at(0));
  expect_colour(image.at(0.25, 0.25), {.red = 0, .green = 255, .blue = 0});
  expect_colour(image.at(0.75, 0.75), {.red = 255, .green = 0, .blue = 255});
}

TEST(PageImage, OfALargePageIsSmallerAndThatIsTold) {
  Options options = for_images();
  options.recipe.limits.page_pixels_max = 417 * 209 / 4;
  const OrderSink sink = run_page(two_colours, options);
  EXPECT_THAT(sink.rows.at(0).warnings, ElementsAre("dpi_reduced"));
  const Seen image = seen(sink.files.at(0));
  EXPECT_LE(image.width * image.height, 417 * 209 / 4);
  EXPECT_GT(image.width, 200);
  expect_colour(image.at(0.25, 0.25), {.red = 255, .green = 0, .blue = 0});
}

TEST(PageImage, HasNoLongerSideThanWebpHolds) {
  const OrderSink sink =
      run_page({.content = "1 0 0 rg 0 0 10 14400 re f", .media_box = "[0 0 10 14400]"}, for_images());
  EXPECT_THAT(sink.rows.at(0).warnings, ElementsAre("dpi_reduced"));
  const Seen image = seen(sink.files.at(0));
  EXPECT_LE(image.height, 16383);
  EXPECT_GT(image.height, 16300);
}

TEST(PageImage, HasNoLongerEdgeThanIsAskedFor) {
  Options options = for_images();
  options.recipe.page_images.longest_edge_px = 300;
  const OrderSink sink = run_page(two_colours, options);
  EXPECT_THAT(sink.rows.at(0).warnings, IsEmpty()) << "that was asked for";
  const Seen image = seen(sink.files.at(0));
  EXPECT_EQ(image.width, 300);
  EXPECT_EQ(image.height, 150);
  expect_colour(image.at(0.25, 0.25), {.red = 255, .green = 0, .blue = 0});
  options.recipe.page_images.longest_edge_px = 20;  // 7 dpi, at which no page is drawn
  EXPECT_EQ(seen(run_page(two_colours, options).files.at(0)).width, 20);
  options.recipe.page_images.longest_edge_px = 10'000;
  EXPECT_EQ(seen(run_page(two_colours, options).files.at(0)).width, 417);
}

TEST(PageImage, HasAThumbnailWhereOneIsAskedFor) {
  Options options = for_images();
  options.recipe.page_images.thumbnail_edge_px = 64;
  const OrderSink sink = run_page(two_colours, options);
  ASSERT_THAT(sink.files, SizeIs(2));
  EXPECT_EQ(seen(sink.files[0]).width, 417);
  const Seen thumbnail = seen(sink.files[1]);
  EXPECT_EQ(thumbnail.width, 64);
  EXPECT_EQ(thumbnail.height, 32);
  expect_colour(thumbnail.at(0.25, 0.25), {.red = 255, .green = 0, .blue = 0});
  options.recipe.page_images.thumbnail_edge_px = 0;
  EXPECT_TRUE(run_page(two_colours, options).files.at(0).bytes.text() == sink.files[0].bytes.text());
}

TEST(PageImage, ThatCannotBeMadeLeavesTheRowAndAWarning) {
  Options tiny = for_images();
  tiny.recipe.limits.page_pixels_max = 100;  // 18 dpi would take 1,250
  Options strict = for_images();
  strict.recipe.limits.page_output_size_bytes_max = 100;
  Options safe = for_images();
  safe.safe_profile = true;
  for (const Options& options : {tiny, strict, safe}) {
    const OrderSink sink = run_page(two_colours, options);
    EXPECT_THAT(sink.files, IsEmpty());
    ASSERT_THAT(sink.rows, SizeIs(1));
    EXPECT_EQ(sink.rows[0].text, "Some words");
    EXPECT_EQ(sink.rows[0].error_kind, std::nullopt);
    EXPECT_THAT(sink.rows[0].warnings, ElementsAre("page_image_missing"));
  }
}

TEST(PageImage, OfAPageThatWaitsForARecogniserIsMadeWhereThatIs) {
  Options options = for_images();
  options.recipe.ocr = OcrMode::always;
  EXPECT_THAT(run_page(two_colours, options).order, IsEmpty());
  EXPECT_THAT(run_page(two_colours, options).need_ocr, ElementsAre(0));
  options.recogniser_available = true;
  EXPECT_THAT(run_page(two_colours, options).order, ElementsAre("file 0", "row 0"));
}

}  // namespace
}  // namespace docmill::extract
