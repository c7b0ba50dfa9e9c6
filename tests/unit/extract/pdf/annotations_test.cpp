#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PageText text_of(const OnePage& page, bool render_first = false) {
  const std::string pdf = page.pdf();
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) throw std::runtime_error(document.error().text());
  auto loaded = document->load_page(PageIndex{0});
  if (!loaded) throw std::runtime_error(loaded.error().text());
  if (render_first && !loaded->render(Dpi{72}, Limits{})) throw std::runtime_error("not rendered");
  auto text = loaded->text();
  if (!text) throw std::runtime_error(text.error().text());
  return *std::move(text);
}

/// A page with annotations as objects 6, 7, ...
OnePage page_with(const std::vector<std::string>& annotations, const std::vector<std::string>& more = {},
                  const std::string& content = "") {
  std::string references;
  for (std::size_t i = 0; i < annotations.size(); ++i) references += std::to_string(6 + i) + " 0 R ";
  std::vector<std::string> objects = annotations;
  objects.insert(objects.end(), more.begin(), more.end());
  return {.content = content, .page_entries = "/Annots[" + references + "]", .more = objects};
}

std::string annotation(const std::string& subtype, int appearance_object, const std::string& entries = "") {
  return "<</Type/Annot/Subtype/" + subtype + "/Rect[10 10 110 30]/AP<</N " + std::to_string(appearance_object) +
         " 0 R>>" + entries + ">>";
}

std::string stamp(int appearance_object, const std::string& entries = "") {
  return annotation("Stamp", appearance_object, entries);
}

TEST(PdfAnnotations, TextOfAnAppearanceIsRead) {
  const PageText text = text_of(page_with({stamp(7)}, {appearance(show("(APPROVED)", 0, 5))}, show("(contract)")));
  EXPECT_EQ(text.page, "contract");
  EXPECT_THAT(text.annotations, ElementsAre("APPROVED"));
  EXPECT_THAT(text.forms, IsEmpty());
}

TEST(PdfAnnotations, TextInAFormInsideAnAppearanceIsRead) {
  const std::string outer =
      stream("/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</XObject<</X 8 0 R>>>>", "/X Do");
  const PageText text = text_of(page_with({stamp(7)}, {outer, appearance(show("(deep)", 0, 5))}));
  EXPECT_THAT(text.annotations, ElementsAre("deep"));
}

TEST(PdfAnnotations, AreReadInTheirOrderOnePieceEach) {
  const PageText text =
      text_of(page_with({stamp(8), stamp(9)}, {appearance(show("(first)", 0, 12) + show("(of two)", 0, 1)),
                                               appearance(show("(second)", 0, 5))}));
  EXPECT_THAT(text.annotations, ElementsAre("first\nof two", "second"));
}

TEST(PdfAnnotations, HiddenOnesPopupsAndLinksShowNothing) {
  const std::string drawn = appearance(show("(unseen)", 0, 5));
  for (const std::string& hidden : {stamp(7, "/F 2"), stamp(7, "/F 32"), annotation("Popup", 7), annotation("Link", 7)})
    EXPECT_THAT(text_of(page_with({hidden}, {drawn})).annotations, IsEmpty()) << hidden;
}

TEST(PdfAnnotations, TextThatThePageHasIsNotRepeated) {
  const std::vector<std::string> drawn = {appearance(show("(total 12)", 0, 5))};
  EXPECT_THAT(text_of(page_with({stamp(7)}, drawn, show("(the total  12 here)"))).annotations, IsEmpty());
  EXPECT_THAT(text_of(page_with({stamp(7)}, drawn, show("(subtotal 120)"))).annotations, ElementsAre("total 12"));
}

TEST(PdfAnnotations, TheSameTextTwiceIsGivenOnce) {
  const PageText text = text_of(page_with({stamp(8), stamp(8)}, {appearance(show("(DRAFT)", 0, 5))}));
  EXPECT_THAT(text.annotations, ElementsAre("DRAFT"));
}

TEST(PdfAnnotations, FreeTextWithoutAnAppearanceShowsItsContents) {
  const PageText text = text_of(page_with({"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(a note)>>",
                                           "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(a comment)>>"}));
  EXPECT_THAT(text.annotations, ElementsAre("a note"));
}

/// A page whose widgets, objects 6, 7, ..., are fields of a form.
OnePage form_with(const std::vector<std::string>& widgets, const std::vector<std::string>& more = {}) {
  OnePage page = page_with(widgets, more);
  std::string fields;
  for (std::size_t i = 0; i < widgets.size(); ++i) fields += std::to_string(6 + i) + " 0 R ";
  page.catalog_entries = "/AcroForm<</Fields[" + fields + "]/DA(/F 12 Tf)/DR<</Font<</F 5 0 R>>>>>>";
  return page;
}

std::string widget(const std::string& entries) {
  return "<</Type/Annot/Subtype/Widget/Rect[10 10 110 30]" + entries + ">>";
}

TEST(PdfForms, ValuesOfTextFieldsAreRead) {
  const PageText text =
      text_of(form_with({widget("/FT/Tx/T(name)/V(Ada Lovelace)"), widget("/FT/Tx/T(town)/V(London)")}));
  EXPECT_THAT(text.forms, ElementsAre("Ada Lovelace", "London"));
  EXPECT_THAT(text.annotations, IsEmpty());
  EXPECT_EQ(text.page, "");
}

TEST(PdfForms, AValueWithAnAppearanceIsReadOnce) {
  const PageText text =
      text_of(form_with({widget("/FT/Tx/T(name)/V(Ada)/AP<</N 7 0 R>>")}, {appearance(show("(Ada)", 0, 5))}));
  EXPECT_THAT(text.forms, ElementsAre("Ada"));
  EXPECT_THAT(text.annotations, IsEmpty());
}

TEST(PdfForms, AFieldThatOnlyItsAppearanceFillsIsReadFromThere) {
  const PageText text =
      text_of(form_with({widget("/FT/Tx/T(name)/AP<</N 7 0 R>>")}, {appearance(show("(Ada)", 0, 5))}));
  EXPECT_THAT(text.forms, IsEmpty());
  EXPECT_THAT(text.annotations, ElementsAre("Ada"));
}

TEST(PdfForms, AChoiceShowsTheLabelOfWhatIsChosen) {
  const std::string options = "/Opt[[(de)(Germany)][(fr)(France)]]";
  const PageText text =
      text_of(form_with({widget("/FT/Ch/Ff 131072/T(a)/V(fr)" + options), widget("/FT/Ch/T(b)/V(de)" + options),
                         widget("/FT/Ch/Ff 393216/T(c)/V(Spain)" + options)}));
  EXPECT_THAT(text.forms, ElementsAre("France", "Germany", "Spain"));
}

TEST(PdfForms, AFieldWithTwoWidgetsIsReadOnce) {
  OnePage page =
      form_with({widget("/Parent 8 0 R"), widget("/Parent 8 0 R")}, {"<</FT/Tx/T(name)/V(Ada)/Kids[6 0 R 7 0 R]>>"});
  page.catalog_entries = "/AcroForm<</Fields[8 0 R]>>";
  EXPECT_THAT(text_of(page).forms, ElementsAre("Ada"));
}

TEST(PdfForms, TwoFieldsWithOneValueAreBothRead) {
  EXPECT_THAT(text_of(form_with({widget("/FT/Tx/T(a)/V(0)"), widget("/FT/Tx/T(b)/V(0)")})).forms,
              ElementsAre("0", "0"));
}

TEST(PdfForms, PasswordsStatesAndHiddenFieldsSayNothing) {
  const PageText text =
      text_of(form_with({widget("/FT/Tx/Ff 8192/T(a)/V(secret)/AP<</N 9 0 R>>"),
                         widget("/FT/Btn/T(b)/V/On/AS/On/AP<</N<</On 9 0 R>>>>"), widget("/FT/Tx/T(c)/V(hidden)/F 2")},
                        {appearance(show("(4)", 0, 5))}));
  EXPECT_THAT(text.forms, IsEmpty());
  EXPECT_THAT(text.annotations, IsEmpty());
}

TEST(PdfForms, TheCaptionOfAButtonIsRead) {
  const PageText text =
      text_of(form_with({widget("/FT/Btn/Ff 65536/T(b)/AP<</N 7 0 R>>")}, {appearance(show("(Send)", 0, 5))}));
  EXPECT_THAT(text.annotations, ElementsAre("Send"));
}

TEST(PdfAnnotations, TextDoesNotDependOnRenderingBefore) {
  OnePage page = form_with({widget("/FT/Tx/T(name)/V(Ada)"), stamp(8)}, {appearance(show("(SEEN)", 0, 5))});
  page.catalog_entries = "/AcroForm<</NeedAppearances true/Fields[6 0 R]/DA(/F 12 Tf)/DR<</Font<</F 5 0 R>>>>>>";
  for (const bool render_first : {false, true}) {
    const PageText text = text_of(page, render_first);
    EXPECT_THAT(text.forms, ElementsAre("Ada"));
    EXPECT_THAT(text.annotations, ElementsAre("SEEN"));
  }
}

// Two entries of the page tree may be one page object: reading the first must leave the second as it was.
TEST(PdfAnnotations, TextDoesNotDependOnThePagesReadBefore) {
  const std::string pdf =
      tiny_pdf({"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Annots[6 0 R]>>", stream("", ""),
                "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", stamp(7), appearance(show("(both)", 0, 5))});
  auto document = Document::open(bytes_of(pdf), {});
  ASSERT_TRUE(document);
  for (const std::uint32_t index : {0U, 1U, 0U}) {
    auto page = document->load_page(PageIndex{index});
    ASSERT_TRUE(page);
    EXPECT_THAT(page->text()->annotations, ElementsAre("both")) << index;
  }
}

}  // namespace
}  // namespace docmill::pdf
