// Codes of PDFs, as rows of a page.
#include <arrow/record_batch.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "unit/extract/codes/pictures.h"
#include "unit/extract/page_codes_sink.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::extract {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

RecordingSink run_page(const OnePage& page, const Options& options = for_codes()) {
  return run(bytes_of(page.pdf()), options);
}

/// Its modules as filled squares of one point, the code's bottom left at (x, y).
std::string as_vectors(const Modules& modules, int x, int y) {
  std::string content;
  for (std::size_t row = 0; row < modules.size(); ++row)
    for (std::size_t column = 0; column < modules[row].size(); ++column)
      if (modules[row][column] == '#')
        content += std::to_string(x + static_cast<int>(column)) + " " +
                   std::to_string(y + static_cast<int>(modules.size() - 1 - row)) + " 1 1 re\n";
  return content + "f\n";
}

/// An inline image of a byte a module, with a margin of four, that fills the square of the matrix.
std::string as_image(const Modules& modules, const std::string& matrix) {
  constexpr std::size_t margin = 4;
  const std::size_t width = modules[0].size() + (2 * margin), height = modules.size() + (2 * margin);
  std::string hex;
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const bool inside = y >= margin && x >= margin && y < height - margin && x < width - margin;
      hex += inside && modules[y - margin][x - margin] == '#' ? "00" : "ff";
    }
  return "q " + matrix + " cm BI /W " + std::to_string(width) + " /H " + std::to_string(height) +
         " /CS /G /BPC 8 /F /AHx ID " + hex + ">\nEI Q\n";
}

TEST(PageCodesOfAPdf, AreFoundAsDrawn) {
  const RecordingSink sink = run_page({.content = as_vectors(ean13_modules(), 50, 30)});
  ASSERT_THAT(sink.rows, SizeIs(1));
  ASSERT_THAT(sink.rows[0].codes, SizeIs(1));
  const PageCode& code = sink.rows[0].codes[0];
  EXPECT_EQ(code.content.text, "5901234123457");
  EXPECT_EQ(code.source, CodeSource::page);
  EXPECT_NEAR(code.box().left, 50, 1);
  EXPECT_NEAR(code.box().right, 145, 1);
  EXPECT_NEAR(code.box().top, 30, 2);
  EXPECT_NEAR(code.box().bottom, 70, 2);
  EXPECT_EQ(code.orientation_deg(), 0);
  EXPECT_THAT(sink.rows[0].warnings, IsEmpty());
}

TEST(PageCodesOfAPdf, AreFoundAtEverySlant) {
  for (int degrees = 0; degrees < 180; degrees += 15) {
    const double cosine = std::cos(degrees * std::numbers::pi / 180), sine = std::sin(degrees * std::numbers::pi / 180);
    const std::string matrix = fmt::format("q {0:.5f} {1:.5f} {2:.5f} {0:.5f} 100 100 cm\n", cosine, sine, -sine);
    const RecordingSink sink =
        run_page({.content = matrix + as_vectors(ean13_modules(), -47, -20) + "Q", .media_box = "[0 0 200 200]"});
    ASSERT_THAT(sink.rows.at(0).codes, SizeIs(1)) << degrees;
    const PageCode& code = sink.rows[0].codes[0];
    EXPECT_EQ(code.content.text, "5901234123457");
    EXPECT_NEAR(std::remainder(code.orientation_deg() + degrees, 180), 0, 8) << degrees;
    EXPECT_NEAR((code.box().left + code.box().right) / 2, 100, 4);
    EXPECT_NEAR((code.box().top + code.box().bottom) / 2, 100, 4);
  }
}

TEST(PageCodesOfAPdf, OfAnImageAreOneRowWithItsPlace) {
  const RecordingSink sink = run_page({.content = as_image(qr_modules(), "58 0 0 58 100 20")});
  ASSERT_THAT(sink.rows.at(0).codes, SizeIs(1));
  const PageCode& code = sink.rows[0].codes[0];
  EXPECT_EQ(code.content.text, "docmill reads");
  EXPECT_EQ(code.source, CodeSource::image);
  EXPECT_NEAR(code.box().left, 108, 2);
  EXPECT_NEAR(code.box().right, 150, 2);
  EXPECT_NEAR(code.box().top, 30, 2);
  EXPECT_NEAR(code.box().bottom, 72, 2);
}

TEST(PageCodesOfAPdf, LieWhereTheTurnedPageShowsThem) {
  OnePage page{.content = as_image(qr_modules(), "58 0 0 58 100 20")};
  page.page_entries = "/Rotate 90";
  const RecordingSink sink = run_page(page);
  ASSERT_THAT(sink.rows.at(0).codes, SizeIs(1));
  const PageCode& code = sink.rows[0].codes[0];
  // A page of 200 x 100 points is 100 x 200: what was at (108..150, 28..70) from the bottom left is so from the top
  // left.
  EXPECT_NEAR(code.box().left, 28, 2);
  EXPECT_NEAR(code.box().right, 70, 2);
  EXPECT_NEAR(code.box().top, 108, 2);
  EXPECT_NEAR(code.box().bottom, 150, 2);
  EXPECT_EQ(code.orientation_deg(), 90);
}

TEST(PageCodesOfAPdf, OfATurnedAndMirroredImageLieRight) {
  for (const auto& [matrix, orientation] :
       {std::pair("0 58 -58 0 158 20", -90), {"-58 0 0 -58 158 78", 180}, {"0 -58 58 0 100 78", 90}}) {
    const RecordingSink sink = run_page({.content = as_image(qr_modules(), matrix)});
    ASSERT_THAT(sink.rows.at(0).codes, SizeIs(1)) << matrix;
    EXPECT_EQ(sink.rows[0].codes[0].orientation_deg(), orientation) << matrix;
  }
}

TEST(PageCodesOfAPdf, AreNoneWhereNobodyAsks) {
  Options options = for_codes();
  options.recipe.outputs = {OutputId::text};
  const RecordingSink sink = run_page({.content = as_vectors(ean13_modules(), 50, 30)}, options);
  EXPECT_THAT(sink.rows.at(0).codes, IsEmpty());
  EXPECT_THAT(sink.rows[0].warnings, IsEmpty());
}

TEST(PageCodesOfAPdf, OfAScanThatIsAllOfThePageAreFoundWithoutDrawing) {
  // 201 dpi. At 300 dpi the page would have more pixels than are allowed, which would be told.
  Options options = for_codes();
  options.recipe.limits.page_pixels_max = 200'000;
  Modules scan(272, std::string(552, '.'));
  const Modules code = qr_modules();
  for (std::size_t y = 0; y < 4 * code.size(); ++y)
    for (std::size_t x = 0; x < 4 * code[0].size(); ++x) scan[100 + y][100 + x] = code[y / 4][x / 4];
  OnePage page{.content = as_image(scan, "200 0 0 100 0 0")};
  const RecordingSink alone = run_page(page, options);
  EXPECT_THAT(alone.rows.at(0).codes, SizeIs(1));
  EXPECT_THAT(alone.rows[0].warnings, IsEmpty());
  page.content += as_vectors(ean13_modules(), 90, 30);
  const RecordingSink beside = run_page(page, options);
  EXPECT_THAT(beside.rows.at(0).codes, SizeIs(2));
  EXPECT_THAT(beside.rows[0].warnings, ElementsAre("dpi_reduced"));
}

TEST(PageCodesOfAPdf, AreFoundByTheProcessWithARecogniser) {
  Options options = for_codes();
  options.recogniser_available = false;
  const RecordingSink sink = run_page({.content = show("(Some words)")}, options);
  EXPECT_THAT(sink.need_ocr, ElementsAre(0));
  EXPECT_THAT(sink.rows, IsEmpty());
}

TEST(PageCodesOfAPdf, ThatCouldNotBeLookedForAreTold) {
  Options safe = for_codes(), tiny = for_codes(), strict = for_codes();
  safe.safe_profile = true;
  safe.recogniser_available = false;
  tiny.recipe.limits.page_pixels_max = 100;
  strict.recipe.limits.page_output_size_bytes_max = 100;
  for (const Options& options : {safe, tiny, strict}) {
    const RecordingSink sink = run_page({.content = as_vectors(ean13_modules(), 50, 30)}, options);
    ASSERT_THAT(sink.rows, SizeIs(1));
    EXPECT_THAT(sink.rows[0].codes, IsEmpty());
    EXPECT_THAT(sink.rows[0].warnings, Contains("codes_missing"));
    EXPECT_EQ(sink.rows[0].error_kind, std::nullopt);
  }
}

TEST(PageCodesOfAPdf, OfATooLargeImageComeFromThePageAndThatIsTold) {
  Options options = for_codes();
  // The image has 841 pixels, the page at 25 dpi fewer.
  options.recipe.limits.page_pixels_max = 400'000;
  std::string content = as_image(qr_modules(), "58 0 0 58 100 20");
  OnePage page{.content = content};
  EXPECT_THAT(run_page(page, options).rows.at(0).warnings, IsEmpty());
  // A thousand and more images: what is beyond the limit is passed over, and seen on the page.
  for (int i = 0; i < 1100; ++i) page.content += as_image(Modules(8, "........"), "1 0 0 1 0 0");
  const RecordingSink sink = run_page(page, options);
  EXPECT_THAT(sink.rows.at(0).codes, SizeIs(1));
  EXPECT_THAT(sink.rows[0].warnings, ElementsAre("codes_missing"));
}

TEST(PageCodesOfAPdf, AreTheSameEachTime) {
  const OnePage page{.content = as_image(qr_modules(), "58 0 0 58 100 20") + as_vectors(ean13_modules(), 2, 30)};
  const auto rows = [&] { return rows_of(run_page(page).rows.at(0), TableId::codes); };
  EXPECT_TRUE(rows()->Equals(*rows()));
  EXPECT_EQ(rows()->num_rows(), 2);
  EXPECT_TRUE(rows()->ValidateFull().ok());
}

}  // namespace
}  // namespace docmill::extract
