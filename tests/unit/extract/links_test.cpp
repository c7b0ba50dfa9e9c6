#include "extract/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extract/pdf/links.h"
#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;

TEST(AddressIn, TakesAddressesAsProseHasThem) {
  EXPECT_EQ(address_in("https://a.example/x?y#z"), "https://a.example/x?y#z");
  EXPECT_EQ(address_in("(http://a.example/b_(c))."), "http://a.example/b_(c)");
  EXPECT_EQ(address_in("HTTP://A.EXAMPLE"), "HTTP://A.EXAMPLE");
  EXPECT_EQ(address_in("<ftp://a.example/f>,"), "ftp://a.example/f");
  EXPECT_EQ(address_in("http://u:p@a.example:8080/"), "http://u:p@a.example:8080/");
  EXPECT_EQ(address_in("http://127.0.0.1:80"), "http://127.0.0.1:80");
  EXPECT_EQ(address_in("www.a.example/x,"), "http://www.a.example/x");
  EXPECT_EQ(address_in("who.is-it+x@mail.a.example;"), "mailto:who.is-it+x@mail.a.example");
  EXPECT_EQ(address_in("mailto:who@a.example?subject=x"), "mailto:who@a.example?subject=x");
  EXPECT_EQ(address_in("http://m\u00fcnchen.example"), "http://m\u00fcnchen.example");
}

TEST(AddressIn, TakesNothingElse) {
  for (const char* const word :
       {"", "http://", "https://x", "www.", "www.x", "a@b", "@a.example", "a@@b.example", "a.example", "and/or",
        "http:/a.example", "mailto:", "mailto:x", "a@b..example", "...", "1.2.3", "version@2.0", "(@)"})
    EXPECT_FALSE(address_in(word)) << word;
  EXPECT_FALSE(address_in("http://a.example/" + std::string(5'000, 'x')));
}

PageRow row_with(std::vector<PageWord> words, std::vector<PageLink> links = {}) {
  PageRow row;
  row.width_pt = 200;
  row.height_pt = 100;
  row.words = std::move(words);
  row.links = std::move(links);
  return row;
}

TEST(CompleteLinks, TellTheWordsUnderALink) {
  PageRow row = row_with({{.text = "read", .box = {10, 10, 30, 20}},
                          {.text = "the", .box = {32, 10, 45, 20}},
                          {.text = "manual", .box = {47, 10, 80, 20}},
                          {.text = "below", .box = {32, 30, 60, 40}}},
                         {{.kind = LinkKind::uri, .target = "http://a.example", .box = {31, 9, 81, 21}}});
  complete_links(row);
  ASSERT_EQ(row.links.size(), 1U);
  EXPECT_EQ(row.links[0].text, "the manual");
}

TEST(CompleteLinks, FindAddressesInTextThatNoLinkCovers) {
  PageRow row = row_with(
      {{.text = "https://a.example", .box = {10, 10, 90, 20}}, {.text = "(b@c.example)", .box = {10, 30, 90, 40}}},
      {{.kind = LinkKind::uri, .target = "https://a.example", .box = {10, 10, 90, 20}}});
  complete_links(row);
  ASSERT_EQ(row.links.size(), 2U);
  EXPECT_EQ(row.links[1].kind, LinkKind::text);
  EXPECT_EQ(row.links[1].target, "mailto:b@c.example");
  EXPECT_EQ(row.links[1].text, "(b@c.example)");
  EXPECT_EQ(row.links[1].box.top, 30);
}

TEST(CompleteLinks, OfTooManyAddressesTheRestIsTold) {
  PageRow row = row_with(std::vector<PageWord>(links_max + 5, {.text = "www.a.example", .box = {0, 0, 1, 1}}));
  complete_links(row);
  EXPECT_EQ(row.links.size(), links_max);
  EXPECT_THAT(row.warnings, ElementsAre("links_missing"));
}

// Boxes that lie nowhere, on a page without a height.
TEST(CompleteLinks, TakeAnyBoxes) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  PageRow row = row_with({{.text = "x", .box = {nan, nan, nan, nan}}, {.text = "y", .box = {0, -1e300, 0, 1e300}}},
                         {{.box = {nan, nan, nan, nan}}, {.box = {-1e300, -1e300, 1e300, 1e300}}});
  row.height_pt.reset();
  complete_links(row);
  EXPECT_EQ(row.links.size(), 2U);
}

pdf::PageLinks links_of(const std::vector<std::string>& annotations, std::size_t count_max = 100,
                        const std::string& page_entries = "", const std::string& catalog_entries = "") {
  std::string references;
  for (std::size_t i = 0; i < annotations.size(); ++i) references += std::to_string(6 + i) + " 0 R ";
  const std::string pdf = OnePage{.page_entries = page_entries + "/Annots[" + references + "]",
                                  .catalog_entries = catalog_entries,
                                  .more = annotations}
                              .pdf();
  auto document = pdf::Document::open(bytes_of(pdf), {});
  if (!document) throw std::runtime_error(document.error().text());
  auto page = document->load_page({0});
  if (!page) throw std::runtime_error(page.error().text());
  return page->links(count_max);
}

std::string link(const std::string& entries) { return "<</Type/Annot/Subtype/Link/Rect[20 30 60 40]" + entries + ">>"; }

TEST(PdfLinks, AreOfTheirKinds) {
  const auto found = links_of({link("/A<</S/URI/URI(http://a.example/\\344)>>"), link("/Dest[3 0 R/Fit]"),
                               link("/A<</S/GoTo/D[3 0 R/Fit]>>"), link("/A<</S/GoToR/F(other.pdf)/D[4/Fit]>>"),
                               link("/A<</S/Launch/F(run.exe)>>"), link("/A<</S/JavaScript/JS(app.alert)>>"), link(""),
                               link("/A<</S/GoTo/D(nowhere)>>")});
  ASSERT_EQ(found.links.size(), 8U);
  EXPECT_EQ(found.links[0].kind, LinkKind::uri);
  EXPECT_EQ(found.links[0].target, "http://a.example/\u00e4") << "no UTF-8, so Latin-1";
  EXPECT_EQ(found.links[1].kind, LinkKind::goto_page);
  EXPECT_EQ(found.links[1].target_page, 1U);
  EXPECT_EQ(found.links[2].target_page, 1U);
  EXPECT_EQ(found.links[3].kind, LinkKind::remote);
  EXPECT_EQ(found.links[3].target, "other.pdf");
  EXPECT_EQ(found.links[4].kind, LinkKind::launch);
  EXPECT_EQ(found.links[4].target, "run.exe");
  EXPECT_EQ(found.links[5].kind, LinkKind::other);
  EXPECT_EQ(found.links[6].kind, LinkKind::other);
  EXPECT_EQ(found.links[7].kind, LinkKind::goto_page);
  EXPECT_FALSE(found.links[7].target_page);
}

TEST(PdfLinks, StandOnTheDisplayedPage) {
  const auto upright = links_of({link("")});
  EXPECT_NEAR(upright.links[0].box.left, 20, 0.1);
  EXPECT_NEAR(upright.links[0].box.top, 60, 0.1);
  EXPECT_NEAR(upright.links[0].box.right, 60, 0.1);
  EXPECT_NEAR(upright.links[0].box.bottom, 70, 0.1);
  const auto turned = links_of({link("")}, 100, "/Rotate 90");
  EXPECT_NEAR(turned.links[0].box.left, 30, 0.1);
  EXPECT_NEAR(turned.links[0].box.top, 20, 0.1);
}

TEST(PdfLinks, OfMoreThanAreWantedTheRestIsTold) {
  const auto found = links_of(std::vector<std::string>(5, link("")), 3);
  EXPECT_EQ(found.links.size(), 3U);
  EXPECT_TRUE(found.cut);
  EXPECT_FALSE(links_of(std::vector<std::string>(3, link("")), 3).cut);
}

}  // namespace
}  // namespace docmill::extract
