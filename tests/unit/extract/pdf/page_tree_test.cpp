// Pages are those that the tree holds, whatever it says of their number.
#include "extract/pdf/page_tree.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "extract/pdf/raw_objects.h"
#include "extract/pdf/syntax.h"
#include "unit/extract/pdf/environment.h"
#include "unit/extract/pdf/tiny_pdf.h"

namespace docmill::pdf {
namespace {

/// The texts of all pages, in their order.
std::vector<std::string> pages_of(const std::string& pdf) {
  auto document = Document::open(bytes_of(pdf), {});
  if (!document) return {document.error().text()};
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < document->page_count(); ++i) {
    auto page = document->load_page(PageIndex{i});
    texts.push_back(page ? page->text()->page : page.error().text());
  }
  return texts;
}

const std::vector<std::string> all_three = {"one", "two", "three"};

/// Objects 1 catalog, 2 page tree, 3 font, 4 to 6 pages, 7 to 9 their contents; `more` from 10 on.
std::vector<std::string> objects(const std::string& count, const std::string& kids,
                                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> result = {"<</Type/Catalog/Pages 2 0 R>>",
                                     "<</Type/Pages/Kids" + kids + (count.empty() ? "" : "/Count " + count) + ">>",
                                     "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
  for (int i = 0; i < 3; ++i)
    result.push_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Resources<</Font<</F 3 0 R>>>>/Contents " +
                     std::to_string(7 + i) + " 0 R>>");
  for (const std::string& text : all_three) result.push_back(stream("", show("(" + text + ")")));
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

std::string three_pages(const std::string& count, const std::string& kids = "[4 0 R 5 0 R 6 0 R]",
                        const std::vector<std::string>& more = {}) {
  return tiny_pdf(objects(count, kids, more));
}

TEST(PageTree, ACountThatIsWrongLosesNoPageAndMakesNoneUp) {
  for (const char* count : {"3", "1", "9", "-3", "0", "", "(x)", "99999999999"})
    EXPECT_EQ(pages_of(three_pages(count)), all_three) << count;
  EXPECT_EQ(pages_of(three_pages("10 0 R", "[4 0 R 5 0 R 6 0 R]", {"1"})), all_three);
}

TEST(PageTree, CountsOfInnerNodesAreNotBelievedEither) {
  const std::string node = "<</Type/Pages/Parent 2 0 R/Count 1/Kids[5 0 R 6 0 R]>>";
  EXPECT_EQ(pages_of(three_pages("3", "[4 0 R 10 0 R]", {node})), all_three);
  EXPECT_EQ(pages_of(three_pages("2", "[4 0 R 10 0 R]", {node})), all_three);
}

TEST(PageTree, KidsThatAreNotThereAreNoPages) {
  for (const char* kids : {"[4 0 R null 5 0 R 6 0 R]", "[4 0 R 99 0 R 5 0 R 6 0 R]"})
    for (const char* count : {"3", "4"}) EXPECT_EQ(pages_of(three_pages(count, kids)), all_three) << kids << count;
}

TEST(PageTree, OneThatHoldsItselfEnds) {
  EXPECT_EQ(pages_of(three_pages("3", "[4 0 R 2 0 R 5 0 R 6 0 R]")), all_three);
}

TEST(PageTree, IsReadFromADamagedDocumentTooOnceItIsRewritten) {
  std::string pdf = three_pages("1");
  pdf.resize(pdf.find("xref\n"));
  EXPECT_EQ(pages_of(pdf + "trailer<</Root 1 0 R>>"), all_three);
}

/// What zlib makes of it.
std::string deflated(const std::string& text) {
  std::string result(compressBound(text.size()), '\0');
  uLongf size = result.size();
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                     text.size()),
            Z_OK);
  result.resize(size);
  return result;
}

/// The document with catalog and page tree in an object stream, number 10, behind a cross-reference stream, number 11,
/// whose rows of five bytes are filtered as writers do (each row as its difference from the one above).
std::string with_object_stream(const std::string& count) {
  const std::vector<std::string> all = objects(count, "[4 0 R 5 0 R 6 0 R]");
  const std::string heading = "1 0 2 " + std::to_string(all[0].size() + 1) + " ";
  const std::string body = heading + all[0] + " " + all[1];
  std::string pdf = "%PDF-1.7\n";
  std::vector<std::string> rows(12, std::string(5, '\0'));
  const auto place = [&](std::size_t number, const std::string& object) {
    rows[number] = {1, static_cast<char>(pdf.size() >> 16), static_cast<char>(pdf.size() >> 8),
                    static_cast<char>(pdf.size()), 0};
    pdf += std::to_string(number) + " 0 obj\n" + object + "\nendobj\n";
  };
  for (std::size_t number = 3; number <= all.size(); ++number) place(number, all[number - 1]);
  place(10, stream("/Type/ObjStm/N 2/First " + std::to_string(heading.size()) + "/Filter/FlateDecode", deflated(body)));
  for (const char number : {1, 2})
    rows[static_cast<std::size_t>(number)] = {2, 0, 0, 10, static_cast<char>(number - 1)};
  const std::string start = std::to_string(pdf.size());
  place(11, "");
  pdf.resize(std::stoul(start));
  std::string filtered, above(5, '\0');
  for (const std::string& row : rows) {
    filtered.push_back(2);
    for (std::size_t i = 0; i < 5; ++i) filtered.push_back(static_cast<char>(row[i] - above[i]));
    above = row;
  }
  return pdf + "11 0 obj\n" +
         stream("/Type/XRef/Size 12/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 5>>",
                deflated(filtered)) +
         "\nendobj\nstartxref\n" + start + "\n%%EOF\n";
}

TEST(PageTree, InAnObjectStreamIsCountedToo) {
  for (const char* count : {"3", "1", "9"}) EXPECT_EQ(pages_of(with_object_stream(count)), all_three) << count;
}

TEST(RawObjects, FollowTablesAndStreams) {
  for (const std::string& pdf : {three_pages("3"), with_object_stream("3")}) {
    auto objects = RawObjects::open(pdf);
    ASSERT_TRUE(objects);
    const auto tree = objects->resolve("2 0 R");
    ASSERT_TRUE(tree);
    EXPECT_EQ(find_entry(tree->text, "Count"), "3");
    EXPECT_TRUE(objects->is_listed(4));
    EXPECT_FALSE(objects->is_listed(99));
    EXPECT_FALSE(objects->find(99));
  }
}

TEST(RawObjects, OfADocumentWithoutATableThereAreNone) {
  EXPECT_FALSE(RawObjects::open(""));
  EXPECT_FALSE(RawObjects::open("startxref 0"));
  EXPECT_FALSE(RawObjects::open("startxref 99999999999999999999"));
}

TEST(RawObjects, TablesThatFollowEachOtherInACircleEnd) {
  const std::string table = "xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Prev 0>>\nstartxref\n0\n%%EOF";
  EXPECT_FALSE(RawObjects::open(table));
}

TEST(Syntax, ReadsValuesOfEveryKind) {
  const std::string_view dictionary =
      "<</A 12 0 R/B[1 (a\\)b) <41> <</C/D>>]% comment )>>\n/E(x(y)z)/F -1.5/G true/H/N#41me>> behind";
  EXPECT_EQ(find_entry(dictionary, "A"), "12 0 R");
  EXPECT_EQ(find_entry(dictionary, "E"), "(x(y)z)");
  EXPECT_EQ(find_entry(dictionary, "F"), "-1.5");
  EXPECT_EQ(find_entry(dictionary, "H"), "/N#41me");
  EXPECT_EQ(find_entry(dictionary, "C"), std::nullopt);
  const auto array = elements_of(*find_entry(dictionary, "B"));
  ASSERT_EQ(array.size(), 4);
  EXPECT_EQ(array[1], "(a\\)b)");
  EXPECT_EQ(find_entry(array[3], "C"), "/D");
  EXPECT_EQ(reference_of("12 0 R"), 12);
  EXPECT_EQ(reference_of("12 0 Rx"), std::nullopt);
  EXPECT_EQ(reference_of("12"), std::nullopt);
}

TEST(Syntax, EndsWhereTheTextDoes) {
  for (const std::string_view text : {"", "<<", "<</A", "<</A 1", "(", "[1 2", "<41", "%", "/A", "12 0", "<</A ]>>"}) {
    EXPECT_EQ(find_entry(text, "B"), std::nullopt) << text;
    EXPECT_LE(elements_of(text).size(), 2) << text;
  }
  EXPECT_EQ(read_value(std::string(1000, '[')), std::nullopt);
}

}  // namespace
}  // namespace docmill::pdf
