// Crops of pages of PDFs. Pixels are compared with another renderer's in tests/e2e/test_crops.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/extract/page_image_sink.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::extract {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// 200 by 100 points.
const OnePage two_colours{.content = "1 0 0 rg 0 50 100 50 re f 0 0 1 rg 100 0 100 50 re f\n0 g " +
                                     show("(Some words)", 110, 70)};

Options for_crops(std::vector<CropRegion> regions) {
  Options options;
  options.recipe.outputs = {OutputId::text, OutputId::crops};
  options.recipe.ocr = OcrMode::never;
  options.recipe.crops.regions = std::move(regions);
  return options;
}

OrderSink run_page(const OnePage& page, const Options& options) {
  const std::string pdf = page.pdf();
  return run(bytes_of(pdf), options);
}

std::vector<std::string> draws(const OrderSink& sink) {
  std::vector<std::string> all;
  std::ranges::copy_if(sink.stages, std::back_inserter(all),
                       [](const std::string& stage) { return stage.ends_with("draw"); });
  return all;
}

TEST(PageCrops, AreOfTheirRegionsInTheOrderOfTheRecipe) {
  const OrderSink sink =
      run_page(two_colours,
               for_crops({{.name = "red", .page = 1, .x0 = 0, .y0 = 0, .x1 = 72, .y1 = 36},
                          {.name = "other", .page = 2, .x0 = 0, .y0 = 0, .x1 = 72, .y1 = 36},
                          {.name = "all", .page = -1, .x1 = 1, .y1 = 1, .unit = CropUnit::fractions},
                          {.name = "px", .page = 1, .x0 = 7, .y0 = 7, .x1 = 9, .y1 = 8, .unit = CropUnit::pixels}}));
  ASSERT_THAT(sink.rows, SizeIs(1));
  const auto& crops = sink.rows[0].crops;
  ASSERT_THAT(crops, SizeIs(3));
  EXPECT_EQ(crops[0].name + crops[1].name + crops[2].name, "redallpx");
  EXPECT_EQ(crops[0].width_px, 100U);
  EXPECT_EQ(crops[0].height_px, 50U);
  EXPECT_EQ(crops[1].width_px, 278U);
  EXPECT_EQ(crops[1].height_px, 139U);
  EXPECT_EQ(crops[2].width_px, 2U) << "pixels are as many as were asked for";
  EXPECT_EQ(crops[2].height_px, 1U);
  EXPECT_EQ(crops[1].file_name, "all.jpg");
  EXPECT_EQ(crops[0].dpi, 100);
  EXPECT_THAT(sink.order, ElementsAre("file 0", "file 0", "file 0", "row 0"));
  EXPECT_THAT(sink.files[0].bytes.text(), testing::StartsWith("\xff\xd8\xff"));
  EXPECT_THAT(sink.rows[0].warnings, IsEmpty());
  EXPECT_EQ(sink.rows[0].text, "Some words");
}

TEST(PageCrops, OffThePageAreErrorsAndBeyondItCutOff) {
  const OrderSink sink =
      run_page(two_colours, for_crops({{.name = "off", .page = 1, .x0 = 200, .y0 = 0, .x1 = 300, .y1 = 50},
                                       {.name = "empty", .page = 1, .x0 = 5, .y0 = 0, .x1 = 5, .y1 = 50},
                                       {.name = "beyond", .page = 1, .x0 = 150, .y0 = 50, .x1 = 1e6, .y1 = 1e6},
                                       {.name = "rounded", .page = 1, .x0 = 0, .y0 = 0, .x1 = 200.04, .y1 = 100}}));
  const auto& crops = sink.rows.at(0).crops;
  ASSERT_THAT(crops, SizeIs(4));
  EXPECT_EQ(crops[0].error_kind, ErrorKind::invalid_input);
  EXPECT_EQ(crops[1].error_kind, ErrorKind::invalid_input);
  EXPECT_FALSE(crops[0].box || crops[1].box);
  EXPECT_EQ(crops[2].error_kind, std::nullopt);
  EXPECT_TRUE(crops[2].is_clipped);
  EXPECT_EQ(crops[2].box->right, 200);
  EXPECT_EQ(crops[2].box->bottom, 100);
  EXPECT_FALSE(crops[3].is_clipped);
  EXPECT_THAT(sink.files, SizeIs(2));
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("crops_missing"));
  EXPECT_EQ(sink.rows[0].error_kind, std::nullopt);
}

TEST(PageCrops, AreNotDrawnInTheSafeProfile) {
  Options options = for_crops({{.name = "a", .page = 1, .x1 = 9, .y1 = 9}});
  options.safe_profile = true;
  const OrderSink sink = run_page(two_colours, options);
  EXPECT_THAT(sink.files, IsEmpty());
  EXPECT_EQ(sink.rows.at(0).crops.at(0).error_kind, ErrorKind::crashed);
  EXPECT_EQ(sink.rows[0].text, "Some words");
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("crops_missing"));
}

TEST(PageCrops, ShareTheirBytesOfOutput) {
  Options options =
      for_crops({{.name = "a", .page = 1, .x1 = 200, .y1 = 100}, {.name = "b", .page = 1, .x1 = 200, .y1 = 100}});
  const auto size = run_page(two_colours, options).files.at(0).bytes.size_bytes();
  options.recipe.limits.page_output_size_bytes_max = (2 * size) - 1;
  const OrderSink sink = run_page(two_colours, options);
  EXPECT_THAT(sink.files, SizeIs(1));
  EXPECT_EQ(sink.rows.at(0).crops.at(1).error_kind, ErrorKind::limit_output);
  EXPECT_EQ(sink.rows[0].crops[1].width_px, 0U);
}

TEST(PageCrops, OfPagesTooLargeToBeDrawnWholeAreDrawnByThemselves) {
  Options options = for_crops({{.name = "a", .page = 1, .x0 = 100, .y0 = 50, .x1 = 172, .y1 = 100}});
  options.recipe.crops.dpi = 300;
  options.recipe.limits.page_pixels_max = 100'000;  // the page has 347,361
  const OrderSink sink = run_page(two_colours, options);
  const PageCrop& crop = sink.rows.at(0).crops.at(0);
  EXPECT_EQ(crop.dpi, 300);
  EXPECT_NEAR(crop.width_px, 300, 1);
  EXPECT_THAT(sink.rows[0].warnings, Not(Contains("dpi_reduced")));
  options.recipe.limits.page_pixels_max = 20'000;
  const OrderSink reduced = run_page(two_colours, options);
  EXPECT_LT(reduced.rows.at(0).crops.at(0).dpi, 300);
  EXPECT_THAT(reduced.rows[0].warnings, ElementsAre("dpi_reduced"));
}

TEST(PageCrops, TakeNothingFromPageImages) {
  Options options = for_crops({{.name = "a", .page = 1, .x1 = 72, .y1 = 72}});
  const OrderSink alone = run_page(two_colours, options);
  options.recipe.outputs.add(OutputId::page_images);
  options.recipe.page_images.dpi = 100;
  const OrderSink both = run_page(two_colours, options);
  ASSERT_THAT(both.files, SizeIs(2));
  EXPECT_TRUE(both.files[0].bytes.text() == alone.files.at(0).bytes.text());
  options.recipe.outputs = {OutputId::page_images};
  EXPECT_TRUE(both.files[1].bytes.text() == run_page(two_colours, options).files.at(0).bytes.text());
}

TEST(TextPages, OthersAreReadForOtherOutputsOrNotAtAll) {
  const std::string pdf =
      tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 144]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 144]>>",
                "<</Length 32>>\nstream\nBT /F 12 Tf 9 9 Td (words) Tj ET \nendstream",
                "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"});
  Options options = for_crops({{.name = "a", .page = 2, .x1 = 72, .y1 = 72}});
  options.recipe.text_pages = {1};
  const OrderSink sink = run(bytes_of(pdf), options);
  ASSERT_THAT(sink.rows, SizeIs(3));
  EXPECT_EQ(sink.rows[0].text, "words");
  EXPECT_EQ(sink.rows[1].text, "");
  EXPECT_EQ(sink.rows[1].text_source, TextSource::none);
  EXPECT_THAT(sink.rows[1].crops, SizeIs(1));
  EXPECT_EQ(sink.rows[2].width_pt, std::nullopt) << "not even loaded";
  EXPECT_THAT(sink.stages, Not(Contains("2 load")));
  EXPECT_THAT(draws(sink), ElementsAre("1 draw"));
}

}  // namespace
}  // namespace docmill::extract
