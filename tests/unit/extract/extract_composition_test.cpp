#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/extract.h"
#include "unit/extract/image/fixtures.h"
#include "unit/extract/recording_sink.h"
#include "unit/extract/warm.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Outcome {
  RecordingSink sink;
  Result<void> result;
};

Outcome run(const Bytes& document, const Options& options = {}) {
  Outcome outcome;
  EXPECT_TRUE(warm()) << warm().error().text();
  EXPECT_TRUE(!options.recogniser_available || warm_ocr());
  outcome.result = extract(document, options, outcome.sink);
  return outcome;
}

Options with_mode(OcrMode mode) {
  Options options;
  options.recipe.ocr = mode;
  return options;
}

Options with_recogniser(OcrMode mode = OcrMode::automatic) {
  Options options = with_mode(mode);
  options.recogniser_available = true;
  return options;
}

/// A PDF of 200 x 100 points a page, each with its own content stream. PDFium finds the objects without a table.
Bytes pdf_of(const std::vector<std::string>& contents) {
  std::string kids, objects;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const std::string page = std::to_string(10 + (2 * i)), stream = std::to_string(11 + (2 * i));
    kids += page + " 0 R ";
    objects += page +
               " 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Resources<</Font<</F 3 0 R>>>>/Contents " +
               stream + " 0 R>> endobj\n" + stream + " 0 obj <</Length " + std::to_string(contents[i].size()) +
               ">> stream\n" + contents[i] + "\nendstream endobj\n";
  }
  return bytes_of("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[" + kids +
                  "]/Count " + std::to_string(contents.size()) +
                  ">> endobj\n3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n" + objects +
                  "trailer <</Root 1 0 R>>\n%%EOF\n");
}

std::string text_at(int y, const std::string& text) {
  return "BT /F 12 Tf 10 " + std::to_string(y) + " Td (" + text + ") Tj ET\n";
}

const std::string long_text = text_at(50, "A line of twenty letters and more");
const std::string drawing = "0 0 0 rg 20 20 60 30 re f\n";

TEST(Extract, BytesOfNoKnownKindAreUnsupportedAndNoneAreEmpty) {
  EXPECT_EQ(run(bytes_of("hello")).result.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(run({}).result.error().kind, ErrorKind::empty);
}

TEST(Extract, PdfThatCannotBeOpenedIsCorrupt) {
  const Outcome outcome = run(bytes_of("%PDF-1.7\nnothing else"));
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(outcome.sink.page_count, 0);
}

TEST(Extract, NativeTextIsARowWithThePagesSize) {
  const Outcome outcome = run(pdf_of({long_text}));
  ASSERT_TRUE(outcome.result);
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  const PageRow& row = outcome.sink.rows[0];
  EXPECT_EQ(row.text, "A line of twenty letters and more");
  EXPECT_EQ(row.text_source, TextSource::native);
  EXPECT_EQ(row.width_pt, 200);
  EXPECT_EQ(row.height_pt, 100);
  EXPECT_FALSE(row.error_kind);
  EXPECT_FALSE(row.ocr_confidence);
  EXPECT_THAT(outcome.sink.stages, ElementsAre("0 load", "0 text"));
}

TEST(Extract, OnlyPagesOfTheRangeAreRead) {
  Options options;
  options.pages = {.first = 1, .count = 1};
  const Outcome outcome = run(pdf_of({long_text, long_text, long_text}), options);
  EXPECT_EQ(outcome.sink.page_count, 3);
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  EXPECT_EQ(outcome.sink.rows[0].page_index, 1);
  options.pages = {.first = 7, .count = 9};
  EXPECT_THAT(run(pdf_of({long_text}), options).sink.rows, IsEmpty());
}

TEST(Extract, OcrModeDecides) {
  const Bytes pdf = pdf_of({long_text, drawing});
  EXPECT_THAT(run(pdf, with_mode(OcrMode::never)).sink.need_ocr, IsEmpty());
  EXPECT_THAT(run(pdf, with_mode(OcrMode::always)).sink.need_ocr, ElementsAre(0, 1));
}

TEST(Extract, SafeProfileTakesNativeTextAlone) {
  Options options = with_recogniser(OcrMode::always);
  options.safe_profile = true;
  const Outcome outcome = run(pdf_of({long_text, drawing}), options);
  EXPECT_THAT(outcome.sink.need_ocr, IsEmpty());
  ASSERT_EQ(outcome.sink.rows.size(), 2);
  EXPECT_EQ(outcome.sink.rows[0].text_source, TextSource::native);
  EXPECT_EQ(outcome.sink.rows[1].text_source, TextSource::none);
}

TEST(Extract, OcrTextReplacesNativeText) {
  const Outcome outcome = run(pdf_of({text_at(50, "Seven quick foxes")}), with_recogniser(OcrMode::always));
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  const PageRow& row = outcome.sink.rows[0];
  EXPECT_EQ(row.text, "Seven quick foxes");
  EXPECT_EQ(row.text_source, TextSource::ocr);
  EXPECT_GT(row.ocr_confidence.value_or(0), 50);
  EXPECT_THAT(outcome.sink.stages, ElementsAre("0 load", "0 text", "0 render", "0 ocr"));
}

// Of two points, so that an eye sees it and the recogniser reads nothing.
TEST(Extract, OcrThatReadsLessThanNativeTextIsDropped) {
  const Outcome outcome =
      run(pdf_of({"BT /F 1 Tf 20 50 Td (words too small) Tj ET"}), with_recogniser(OcrMode::always));
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  EXPECT_EQ(outcome.sink.rows[0].text, "words too small");
  EXPECT_THAT(outcome.sink.rows[0].warnings, ElementsAre("ocr_in_vain"));
  EXPECT_EQ(outcome.sink.rows[0].text_source, TextSource::native);
  EXPECT_FALSE(outcome.sink.rows[0].ocr_confidence);
}

TEST(Extract, LoweredResolutionIsAWarning) {
  Options options = with_recogniser(OcrMode::always);
  options.recipe.limits.page_pixels_max = 100'000;  // 200 x 100 points at 200 dpi are 154,568
  const Outcome outcome = run(pdf_of({long_text}), options);
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  EXPECT_THAT(outcome.sink.rows[0].warnings, ElementsAre("dpi_reduced"));
}

TEST(Extract, FailedRenderingKeepsNativeText) {
  Options options = with_recogniser(OcrMode::always);
  options.recipe.limits.page_pixels_max = 100;
  const Outcome outcome = run(pdf_of({long_text, long_text}), options);
  ASSERT_EQ(outcome.sink.rows.size(), 2);
  EXPECT_EQ(outcome.sink.rows[0].error_kind, std::nullopt);
  EXPECT_THAT(outcome.sink.rows[0].warnings, ElementsAre("unread_text"));
  EXPECT_EQ(outcome.sink.rows[0].text, "A line of twenty letters and more");
}

TEST(Extract, ImageWaitsForARecogniser) {
  const TestPix pix = quarter_pix(144, 72, 8);
  const Outcome outcome = run(encode(pix.get(), Format::png));
  EXPECT_EQ(outcome.sink.page_count, 1);
  EXPECT_THAT(outcome.sink.need_ocr, ElementsAre(0));
}

TEST(Extract, ImageWithoutTextIsLookedAtAndNotRecognised) {
  const TestPix pix = quarter_pix(600, 400, 8);
  const Outcome blank = run(encode(pix.get(), Format::png), with_recogniser());
  EXPECT_THAT(blank.sink.decisions, ElementsAre("0 blank_image"));
  EXPECT_THAT(blank.sink.stages, ElementsAre("0 load", "0 look"));
  ASSERT_EQ(blank.sink.rows.size(), 1);
  EXPECT_EQ(blank.sink.rows[0].text_source, TextSource::none);
  const Outcome always = run(encode(pix.get(), Format::png), with_recogniser(OcrMode::always));
  EXPECT_THAT(always.sink.decisions, ElementsAre("0 always"));
  EXPECT_THAT(always.sink.stages, ElementsAre("0 load", "0 ocr"));
}

TEST(Extract, ImageWithTextIsRecognisedWithBoxesInPoints) {
  const TestPix pix(pixCreate(900, 160, 8));
  pixSetBlackOrWhite(pix.get(), L_SET_WHITE);
  L_Bmf* font = bmfCreate(nullptr, 20);
  l_int32 overflow = 0;
  pixSetTextblock(pix.get(), font, "Lamp oil and wicks", 0, 60, 50, 800, 0, &overflow);
  bmfDestroy(&font);
  pixSetResolution(pix.get(), 144, 144);
  Options options = with_recogniser();
  options.recipe.outputs.add(OutputId::words);
  const Outcome outcome = run(encode(pix.get(), Format::png), options);
  EXPECT_THAT(outcome.sink.decisions, ElementsAre("0 image"));
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  const PageRow& row = outcome.sink.rows[0];
  EXPECT_EQ(row.text, "Lamp oil and wicks");
  ASSERT_EQ(row.words.size(), 4);
  EXPECT_EQ(row.words[0].text, "Lamp");
  EXPECT_NEAR(row.words[0].box.left, 30, 2);  // 60 pixels of 144 an inch
  EXPECT_LT(row.words[0].box.right, row.words[1].box.left);
  EXPECT_GT(row.words[0].confidence, 50);
}

TEST(Extract, ImageThatIsMadeSmallerIsMeasuredAsItIs) {
  const TestPix pix(pixCreate(1800, 320, 8));
  pixSetBlackOrWhite(pix.get(), L_SET_WHITE);
  L_Bmf* font = bmfCreate(nullptr, 20);
  l_int32 overflow = 0;
  const TestPix small(pixCreate(900, 160, 8));
  pixSetBlackOrWhite(small.get(), L_SET_WHITE);
  pixSetTextblock(small.get(), font, "Lamp oil and wicks", 0, 60, 50, 800, 0, &overflow);
  bmfDestroy(&font);
  const TestPix large(pixScale(small.get(), 2, 2));
  pixSetResolution(large.get(), 288, 288);
  Options options = with_recogniser();
  options.recipe.limits.page_pixels_max = 900 * 160;
  options.recipe.outputs.add(OutputId::words);
  const Outcome outcome = run(encode(large.get(), Format::png), options);
  ASSERT_EQ(outcome.sink.rows.size(), 1);
  const PageRow& row = outcome.sink.rows[0];
  EXPECT_EQ(row.text, "Lamp oil and wicks");
  EXPECT_THAT(row.warnings, ElementsAre("dpi_reduced"));
  EXPECT_NEAR(row.width_pt.value_or(0), 450, 0.1);
  ASSERT_EQ(row.words.size(), 4);
  EXPECT_NEAR(row.words[0].box.left, 30, 2);  // 120 pixels of 288 an inch
}

TEST(Extract, ImageWithoutOcrIsARowWithItsSize) {
  const TestPix pix = quarter_pix(144, 72, 8);
  const auto unknown_dpi = run(encode(pix.get(), Format::gif), with_mode(OcrMode::never));
  ASSERT_EQ(unknown_dpi.sink.rows.size(), 1);
  EXPECT_EQ(unknown_dpi.sink.rows[0].width_pt, 144);
  EXPECT_EQ(unknown_dpi.sink.rows[0].text_source, TextSource::none);
  pixSetResolution(pix.get(), 144, 144);
  const auto known_dpi = run(encode(pix.get(), Format::tiff), with_mode(OcrMode::never));
  ASSERT_EQ(known_dpi.sink.rows.size(), 1);
  EXPECT_EQ(known_dpi.sink.rows[0].width_pt, 72);
  EXPECT_EQ(known_dpi.sink.rows[0].height_pt, 36);
}

TEST(Extract, PixelLimitFailsASingleImageAndOnlyThePageOfATiff) {
  Options options = with_mode(OcrMode::never);
  options.recipe.limits.page_pixels_max = 150;  // 64 times as many are made fewer
  const TestPix large = quarter_pix(100, 100, 8);
  const Outcome single = run(encode(large.get(), Format::tiff), options);
  ASSERT_FALSE(single.result);
  EXPECT_EQ(single.result.error().kind, ErrorKind::limit_pixels);
  EXPECT_EQ(single.sink.page_count, 0);

  std::vector<TestPix> pages;
  for (const int side : {20, 100, 20}) pages.push_back(quarter_pix(side, side, 8));
  const Outcome several = run(encode_tiff_pages(pages), options);
  ASSERT_TRUE(several.result);
  ASSERT_EQ(several.sink.rows.size(), 3);
  EXPECT_FALSE(several.sink.rows[0].error_kind);
  EXPECT_EQ(several.sink.rows[1].error_kind, ErrorKind::limit_pixels);
  EXPECT_FALSE(several.sink.rows[2].error_kind);
}

TEST(Extract, ImageWithABrokenHeaderIsCorrupt) {
  EXPECT_EQ(run(bytes_of("GIF89a")).result.error().kind, ErrorKind::corrupt);
}

TEST(Extract, DamagedImageIsARowWithItsErrorOrAWarning) {
  const TestPix pix = quarter_pix(640, 640, 8);
  Bytes png = encode(pix.get(), Format::png), jpeg = encode(pix.get(), Format::jpeg);
  png.resize(60);  // the headers, and of the pixels a few bytes
  jpeg.resize(jpeg.size() * 3 / 4);
  const Outcome bad = run(png, with_recogniser());
  ASSERT_EQ(bad.sink.rows.size(), 1);
  EXPECT_EQ(bad.sink.rows[0].error_kind, ErrorKind::corrupt);
  EXPECT_EQ(bad.sink.rows[0].height_pt, 640);
  const Outcome partial = run(jpeg, with_recogniser());
  ASSERT_EQ(partial.sink.rows.size(), 1);
  EXPECT_THAT(partial.sink.rows[0].warnings, ElementsAre("partly_decoded"));
}

class ExtractCorpus : public testing::Test {
 protected:
  Outcome run_file(std::string_view path, const Options& options) {
    const Bytes document = read_file(corpus(path));
    if (document.empty()) return {};
    return run(document, options);
  }
  void SetUp() override {
    if (!std::filesystem::exists(corpus("ocr"))) GTEST_SKIP() << "no corpus";
  }
};

TEST_F(ExtractCorpus, ScannedPdfIsRead) {
  const Outcome outcome = run_file("ocr/linn.pdf", with_recogniser());
  ASSERT_GE(outcome.sink.rows.size(), 1);
  EXPECT_EQ(outcome.sink.rows[0].text_source, TextSource::ocr);
  EXPECT_THAT(outcome.sink.rows[0].text, HasSubstr("32 Track MIDI Sequence Recorder"));
}

TEST_F(ExtractCorpus, CopyRestrictionIsAWarningOnEveryPage) {
  const Outcome outcome = run_file("digital/copy-protected.pdf", with_mode(OcrMode::never));
  ASSERT_GE(outcome.sink.rows.size(), 1);
  for (const PageRow& row : outcome.sink.rows) EXPECT_THAT(row.warnings, testing::Contains("copy_restricted"));
  EXPECT_FALSE(outcome.sink.rows[0].text.empty());
}

TEST_F(ExtractCorpus, AnnotationTextFollowsThePagesOwn) {
  const Outcome outcome = run_file("robust/annotation-freetext.pdf", with_mode(OcrMode::never));
  ASSERT_GE(outcome.sink.rows.size(), 1);
  EXPECT_THAT(outcome.sink.rows[0].warnings, testing::Contains("annotation_text"));
}

}  // namespace
}  // namespace docmill::extract
