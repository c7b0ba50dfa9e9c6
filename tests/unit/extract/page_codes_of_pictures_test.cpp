// Codes of documents that are images.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/extract/codes/pictures.h"
#include "unit/extract/image/fixtures.h"
#include "unit/extract/page_codes_sink.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(PageCodesOfAPicture, AreFoundAtItsPixels) {
  TestPix pix = quarter_pix(300, 200, 32);
  pixSetAll(pix.get());
  const Modules modules = ean13_modules();
  for (int y = 0; y < 80; ++y)
    for (int x = 0; x < 190; ++x)
      if (modules[static_cast<std::size_t>(y / 2)][static_cast<std::size_t>(x / 2)] == '#')
        pixSetRGBPixel(pix.get(), 50 + x, 60 + y, 0, 0, 0);
  for (const Format format : {Format::png, Format::jpeg, Format::tiff}) {
    const Bytes bytes = encode(pix.get(), format);
    Options options = for_codes();
    const RecordingSink sink = run(bytes, options);
    ASSERT_THAT(sink.rows.at(0).codes, SizeIs(1));
    const PageCode& code = sink.rows[0].codes[0];
    EXPECT_EQ(code.content.text, "5901234123457");
    EXPECT_EQ(code.source, CodeSource::image);
    const double scale = *sink.rows[0].width_pt / 300;
    EXPECT_NEAR(code.box().left, 50 * scale, 2);
    EXPECT_NEAR(code.box().bottom, 140 * scale, 3);
    options.recogniser_available = false;
    EXPECT_THAT(run(bytes, options).need_ocr, ElementsAre(0));
    options.safe_profile = true;
    EXPECT_THAT(run(bytes, options).rows.at(0).warnings, ElementsAre("codes_missing"));
  }
}

}  // namespace
}  // namespace docmill::extract
