#include "cli/page_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "document/page.h"

namespace docmill {
namespace {

using nlohmann::json;
using testing::HasSubstr;

PageRow readable_page() {
  PageRow row;
  row.text = "Größe\nzwei\x1b[2J";
  row.text_source = TextSource::native;
  row.warnings = {"form_text"};
  return row;
}

PageRow crashed_page() {
  PageRow row;
  row.page_index = 1;
  row.error_kind = ErrorKind::crashed;
  row.error_message = "died";
  return row;
}

std::string printed(ExtractFormat format, bool for_terminal) {
  PagePrinter printer(format, for_terminal);
  std::string out = printer.begin_document("a\x1b.pdf");
  printer.opened(2);
  out += printer.page(extracted(readable_page()));
  out += printer.page(extracted(crashed_page()));
  out += printer.end_document(std::nullopt);
  out += printer.begin_document("b.pdf");
  out += printer.end_document(Error{.kind = ErrorKind::encrypted, .subject = "b.pdf", .message = "no password"});
  return out + printer.finish();
}

TEST(ExtractText, EndsEveryPageWithAFormFeedInAPipe) {
  EXPECT_EQ(printed(ExtractFormat::text, false), "Größe\nzwei\x1b[2J\n\f\f");
}

TEST(ExtractText, NamesPagesAndEscapesControlsOnATerminal) {
  EXPECT_EQ(printed(ExtractFormat::text, true),
            "--- a\\u{1B}.pdf, page 1 of 2 ---\nGröße\nzwei\\u{1B}[2J\n\n--- a\\u{1B}.pdf, page 2 of 2 ---\n\n");
}

TEST(ExtractJson, IsOneArrayOfDocuments) {
  const json documents = json::parse(printed(ExtractFormat::json, false));
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0].at("page_count"), 2);
  EXPECT_TRUE(documents[0].at("error_kind").is_null());
  EXPECT_EQ(documents[0].at("pages").at(0).at("text"), "Größe\nzwei\x1b[2J");
  EXPECT_EQ(documents[0].at("pages").at(0).at("warnings"), json({"form_text"}));
  EXPECT_EQ(documents[0].at("pages").at(1).at("error_kind"), "crashed");
  EXPECT_EQ(documents[1].at("error_kind"), "encrypted");
  EXPECT_TRUE(documents[1].at("pages").empty());
}

TEST(ExtractJson, IsAnEmptyArrayWithoutDocuments) {
  EXPECT_EQ(PagePrinter(ExtractFormat::json, false).finish(), "[]\n");
}

TEST(ExtractNdjson, IsOneObjectAPageAndOneForADocumentThatFailed) {
  std::istringstream lines(printed(ExtractFormat::ndjson, false));
  std::vector<json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line));
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[0].at("source"), "a\x1b.pdf");
  EXPECT_EQ(objects[0].at("page_number"), 1);
  EXPECT_EQ(objects[0].at("page_count"), 2);
  EXPECT_EQ(objects[1].at("error_message"), "died");
  EXPECT_TRUE(objects[2].at("page_number").is_null());
  EXPECT_EQ(objects[2].at("error_kind"), "encrypted");
}

PageRow page_with_words() {
  PageRow row = readable_page();
  row.words = {{.text = "Gr\u00F6\u00DFe", .box = {.left = 1, .top = 2, .right = 3, .bottom = 4}}};
  return row;
}

std::string printed_with(ExtractFormat format, Outputs outputs) {
  PagePrinter printer(format, false, outputs);
  std::string out = printer.begin_document("a.pdf");
  printer.opened(1);
  out += printer.page(extracted(page_with_words(), {OutputId::text, OutputId::words, OutputId::links}));
  return out + printer.end_document(std::nullopt) + printer.finish();
}

TEST(ExtractText, HasTheTablesThatAreAskedForBehindTheText) {
  const std::string text = printed_with(ExtractFormat::text, {OutputId::text, OutputId::words, OutputId::links});
  EXPECT_THAT(text, testing::StartsWith("Gr\u00F6\u00DFe\nzwei\x1b[2J\n\n[words: 1]\nword "));
  EXPECT_THAT(text, HasSubstr("\nGr\u00F6\u00DFe  1.0 2.0 3.0 4.0"));
  EXPECT_THAT(text, testing::EndsWith("\n\n[links: 0]\n\f"));
}

TEST(ExtractText, HasNoTextWhereThatIsNotAskedFor) {
  EXPECT_THAT(printed_with(ExtractFormat::text, {OutputId::words}), testing::StartsWith("[words: 1]\n"));
}

TEST(ExtractJson, HasNoTablesThatAreNotAskedFor) {
  const json pages = json::parse(printed_with(ExtractFormat::json, {OutputId::text, OutputId::words}))[0].at("pages");
  EXPECT_EQ(pages[0].at("words").size(), 1U);
  EXPECT_FALSE(pages[0].contains("links"));
}

}  // namespace
}  // namespace docmill
