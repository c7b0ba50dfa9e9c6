#include <gtest/gtest.h>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/fixtures.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

Result<PageText> text_of(const std::string& pdf, std::uint32_t page = 0) {
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) return std::unexpected(document.error());
  auto loaded = document->load_page(PageIndex{page});
  if (!loaded) return std::unexpected(loaded.error());
  return loaded->text();
}

TEST(PdfDocument, GivesTextInItsOrderAndLines) {
  const auto text = text_of(OnePage{.content = show("(Hello, world)", 10, 70) + show("(second line)", 10, 30)}.pdf());
  ASSERT_TRUE(text) << text.error().text();
  EXPECT_EQ(text->page, "Hello, world\nsecond line");
  EXPECT_TRUE(text->annotations.empty());
  EXPECT_TRUE(text->forms.empty());
  EXPECT_FALSE(text->invalid_characters);
}

TEST(PdfDocument, JoinsAWordBrokenAtTheEndOfALine) {
  const auto text = text_of(OnePage{.content = show("(an exam-)", 10, 70) + show("(ple of it)", 10, 50)}.pdf());
  ASSERT_TRUE(text);
  EXPECT_EQ(text->page, "an example of it");
}

// A ToUnicode map that sends A to U+1D400, B to NUL, C to half a surrogate pair and D to U+FB01.
std::string with_strange_unicode(const std::string& shown) {
  const std::string map =
      "begincmap 1 begincodespacerange <00> <ff> endcodespacerange 4 beginbfchar <41> <D835DC00> <42> <0000> <43> "
      "<D800> <44> <FB01> endbfchar endcmap";
  return OnePage{.content = show("(" + shown + ")"),
                 .more = {stream("", map)},
                 .font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"}
      .pdf();
}

TEST(PdfDocument, GivesCharactersBeyondTheBasicPlane) {
  const auto text = text_of(with_strange_unicode("xAx"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->page, "x\xF0\x9D\x90\x80x");
}

TEST(PdfDocument, DropsAndReportsNulsAndLoneSurrogates) {
  for (const char* shown : {"xBx", "xCx"}) {
    const auto text = text_of(with_strange_unicode(shown));
    ASSERT_TRUE(text);
    EXPECT_EQ(text->page, "xx");
    EXPECT_TRUE(text->invalid_characters);
  }
}

TEST(PdfDocument, SpellsLigaturesOut) {
  const auto text = text_of(with_strange_unicode("Dx"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->page, "fix");
}

TEST(PdfDocument, RefusesBytesThatAreNoPdf) {
  for (const std::string bytes : {"", "%PDF-1.7\n", "not a document"}) {
    const auto document = Document::open(bytes_of(bytes), {});
    ASSERT_FALSE(document) << bytes;
    EXPECT_EQ(document.error().kind, ErrorKind::corrupt);
  }
}

TEST(PdfDocument, WithoutPagesIsEmpty) {
  const std::string pdf = tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"});
  const auto document = Document::open(bytes_of(pdf), {});
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().kind, ErrorKind::empty);
}

TEST(PdfDocument, RefusesAPagePastTheLast) {
  const auto text = text_of(OnePage{}.pdf(), 1);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::invalid_input);
}

TEST(PdfDocument, AKidThatIsNotThereIsNoPageAndIsTold) {
  const std::string pdf =
      tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[9 0 R 3 0 R]/Count 2>>",
                "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 200 100]/Resources<</Font<</F 5 0 R>>>>>>",
                stream("", show("(second)")), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"});
  auto document = Document::open(bytes_of(pdf), {});
  ASSERT_TRUE(document);
  ASSERT_EQ(document->page_count(), 1U);
  EXPECT_TRUE(document->lacks_pages());
  auto page = document->load_page(PageIndex{0});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->text()->page, "second");
}

TEST(PdfDocument, AWrongCountAloneLacksNoPages) {
  const std::string pdf = tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 5>>",
                                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>"});
  auto document = Document::open(bytes_of(pdf), {});
  ASSERT_TRUE(document);
  EXPECT_EQ(document->page_count(), 1U);
  EXPECT_FALSE(document->lacks_pages());
}

TEST(PdfDocument, TriesPasswordsInTheirOrder) {
  const std::string pdf = from_hex(encrypted_pdf_hex);
  const std::vector<std::string> passwords = {"wrong", "sesame"};
  auto document = Document::open(bytes_of(pdf), passwords);
  ASSERT_TRUE(document) << document.error().text();
  auto page = document->load_page(PageIndex{0});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->text()->page, "for your eyes");
}

TEST(PdfDocument, WithoutItsPasswordIsEncrypted) {
  const std::string pdf = from_hex(encrypted_pdf_hex);
  const std::vector<std::string> wrong = {"open", "Sesame"};
  for (const std::span<const std::string> passwords : {std::span<const std::string>{}, std::span(wrong)}) {
    const auto document = Document::open(bytes_of(pdf), passwords);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().kind, ErrorKind::encrypted);
  }
}

TEST(PdfDocument, ReadsACopyRestrictedDocumentAndSaysSo) {
  const std::string restricted = from_hex(copy_restricted_pdf_hex), free = OnePage{}.pdf();
  const auto document = Document::open(bytes_of(restricted), {});
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->copy_restricted());
  EXPECT_EQ(text_of(restricted)->page, "for your eyes");
  EXPECT_FALSE(Document::open(bytes_of(free), {})->copy_restricted());
}

struct SizeCase {
  std::string media_box, page_entries;
  double width, height;
};

TEST(PdfDocument, MeasuresPagesAsDisplayed) {
  const SizeCase cases[] = {{"[0 0 200 100]", "", 200, 100},
                            {"[0 0 200 100]", "/Rotate 90", 100, 200},
                            {"[0 0 200 100]", "/CropBox[50 0 200 100]", 150, 100},
                            {"[200 100 0 0]", "", 200, 100},
                            {"[0 0 0 0]", "", 612, 792},
                            {"[5 5]", "", 612, 792}};
  for (const SizeCase& expected : cases) {
    const std::string pdf = OnePage{.page_entries = expected.page_entries, .media_box = expected.media_box}.pdf();
    auto document = Document::open(bytes_of(pdf), {});
    ASSERT_TRUE(document);
    auto page = document->load_page(PageIndex{0});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->width_pt(), expected.width) << expected.media_box << expected.page_entries;
    EXPECT_EQ(page->height_pt(), expected.height) << expected.media_box << expected.page_entries;
  }
}

}  // namespace
}  // namespace docmill::pdf
