#include "output/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "base/digest.h"

namespace docmill {
namespace {

TEST(OutputKey, FollowsTheTable) {
  EXPECT_EQ(table_name("a/b.pdf", "raw_text"), "a/b_raw_text.parquet");
  EXPECT_EQ(table_name("b.PDF", "raw_text"), "b.PDF.raw_text.parquet");
  EXPECT_EQ(table_name("scan.png", "raw_text"), "scan.png.raw_text.parquet");
  EXPECT_EQ(table_name("a/b.pdf", "words"), "a/b_words.parquet");
  EXPECT_EQ(table_name("scan.png", "words"), "scan.png.words.parquet");
  EXPECT_EQ(table_name(".pdf", "raw_text"), "_raw_text.parquet");
  EXPECT_EQ(table_name("a.pdf/b", "raw_text"), "a.pdf/b.raw_text.parquet");
  EXPECT_EQ(table_name("a.pdf.pdf", "raw_text"), "a.pdf_raw_text.parquet");
}

TEST(OutputKey, KeepsANameOfExactlyAFileNamesLength) {
  const std::string suffix = "_raw_text.parquet";
  const std::string stem(255 - suffix.size(), 'x');
  EXPECT_EQ(table_name("a/" + stem + ".pdf", "raw_text"), "a/" + stem + suffix);
}

TEST(OutputKey, CutsALongerNameAndMarksItWithTheHashOfThePath) {
  const std::string path = "a/" + std::string(251, 'x') + ".pdf";
  const std::string suffix = "_raw_text.parquet";
  EXPECT_EQ(table_name(path, "raw_text"),
            "a/" + std::string(255 - suffix.size() - 17, 'x') + "~" + sha256_hex(path).substr(0, 16) + suffix);
}

TEST(OutputKey, CutsBetweenCharacters) {
  // 221 bytes are left for the name; the euro sign takes three.
  for (const std::size_t start : {218U, 219U, 220U, 221U}) {
    const std::string path = std::string(start, 'x') + "\u20ac" + std::string(27, 'y') + ".pdf";
    const std::string key = table_name(path, "raw_text");
    const std::string kept = key.substr(0, key.find('~'));
    EXPECT_EQ(kept, std::string(start, 'x') + (start == 218 ? "\u20ac" : "")) << start;
  }
}

TEST(OutputKey, CutsBytesThatAreNoCharactersToo) {
  const std::string key = table_name(std::string(255, '\x80'), "raw_text");
  EXPECT_LE(key.size(), 255U);
  EXPECT_GT(key.size(), 250U);
}

// Without care, whoever names a document like the cut name of another would get its output.
TEST(OutputKey, ANameThatImitatesACutOneIsCutItself) {
  const std::string victim = std::string(250, 'x') + ".pdf";
  const std::string cut = table_name(victim, "raw_text");
  const std::string imitation = cut.substr(0, cut.size() - std::string("_raw_text.parquet").size()) + ".pdf";
  EXPECT_NE(table_name(imitation, "raw_text"), cut);
  const std::string other = std::string(250, 'x') + ".png";
  const std::string other_cut = table_name(other, "raw_text");
  const std::string other_imitation = other_cut.substr(0, other_cut.size() - std::string(".raw_text.parquet").size());
  EXPECT_NE(table_name(other_imitation, "raw_text"), other_cut);
}

// Paths from a small alphabet of the parts that names are made of, so that collisions would be met.
std::string random_path(std::mt19937& random) {
  static const std::vector<std::string> parts{
      "a",      ".pdf", ".PDF", "_raw_text", ".raw_text",        ".parquet",           "_words",
      ".words", "/",    "~",    ".json",     "0123456789abcdef", std::string(80, 'x'), std::string(117, 'y'),
      "\u20ac"};
  std::string path = "n";
  for (auto count = random() % 6; count-- > 0;) path += parts[random() % parts.size()];
  return path + (path.ends_with('/') ? "z" : "");
}

TEST(OutputKey, NoTwoPathsOrTablesShareAKey) {
  std::mt19937 random(3);
  std::map<std::string, std::pair<std::string, std::string>> owners;
  for (int i = 0; i < 100'000; ++i) {
    const std::string path = random_path(random);
    for (const std::string table : {"raw_text", "words"}) {
      const std::string key = table_name(path, table);
      const auto [owner, added] = owners.try_emplace(key, path, table);
      ASSERT_TRUE(added || owner->second == std::pair(path, table))
          << key << " of " << owner->second.first << " and " << path;
      ASSERT_LE(key.size() - (key.rfind('/') + 1), 255U);
    }
  }
}

TEST(OutputKey, LiesBelowThePrefixesOfItsLayout) {
  Layout layout;
  layout.tables = "page_text/";
  layout.files_of(OutputId::page_images) = "pictures/";
  EXPECT_EQ(output_key(layout, "a/b.pdf", Carrier(TableId::pages)), "page_text/a/b_raw_text.parquet");
  EXPECT_EQ(output_key(layout, "a/b.pdf", list_of_files), "page_text/a/b_files.parquet");
  EXPECT_EQ(files_folder(layout, "a/b.pdf", OutputId::page_images), "pictures/a/b/");
  EXPECT_EQ(document_of_output(layout, "page_text/a/b_words.parquet")->path, "a/b.pdf");
  EXPECT_FALSE(document_of_output(layout, "a/b_words.parquet"));
  EXPECT_TRUE(is_output_key(layout, "page_text/a_words.parquet"));
  EXPECT_TRUE(is_output_key(layout, "pictures/a/page_0001.webp"));
  EXPECT_FALSE(is_output_key(layout, "a_words.parquet"));
  EXPECT_FALSE(is_output_key(layout, "pdf_page_images/a/page_0001.webp"));
}

TEST(OutputKey, IsKnownByItsName) {
  for (const std::string_view path : {"a.pdf", "x/b.PDF", "scan.png", "no ending"})
    EXPECT_TRUE(is_output_key({}, table_name(path, "raw_text"))) << path;
  EXPECT_TRUE(is_output_key({}, failed_mark_key("a.pdf")));
  EXPECT_TRUE(is_output_key({}, "_docmill/runs/20261122T014043Z-6f2a90c1.parquet"));
  for (const std::string_view key : {"a.parquet", "a.pdf", "backup.tar", "raw_text.parquet", "x/_docmill/a"})
    EXPECT_FALSE(is_output_key({}, key)) << key;
}

TEST(FailedMarkKey, LiesUnderTheOwnPrefixAndIsUniqueToo) {
  EXPECT_EQ(failed_mark_key("a/b.pdf"), "_docmill/failed/a/b.pdf.json");
  // printf %s ../x | sha256sum
  EXPECT_EQ(begun_note_key("../x"), "_docmill/begun/d6b96a97d147daaae49eb87a5ca7bfbc.json");
  std::mt19937 random(4);
  std::map<std::string, std::string> owners;
  for (int i = 0; i < 100'000; ++i) {
    const std::string path = random_path(random);
    const std::string key = failed_mark_key(path);
    ASSERT_EQ(owners.try_emplace(key, path).first->second, path);
    ASSERT_TRUE(key.starts_with(own_prefix));
    ASSERT_LE(key.size() - (key.rfind('/') + 1), 255U);
  }
}

TEST(DocumentName, IsReadBackFromItsKeysUnlessTheyWereCut) {
  for (const std::string path : {"a.pdf", "a.PDF", "a", "b/c.png", "a.pdf.pdf", "a_raw_text.pdf",
                                 "x~0123456789abcdef.pdf", "a.json", ".pdf", "a_raw_text.parquet"}) {
    for (const Carrier carrier : carriers) {
      const auto of_output = document_of_output({}, output_key({}, path, carrier));
      ASSERT_TRUE(of_output) << path;
      EXPECT_EQ(of_output->path, path);
      EXPECT_EQ(of_output->carrier, carrier) << path;
      EXPECT_FALSE(of_output->is_cut);
    }
    const auto of_mark = document_of_mark(failed_mark_key(path));
    ASSERT_TRUE(of_mark) << path;
    EXPECT_EQ(of_mark->path, path);
  }
  const std::string long_name = "a/" + std::string(300, 'n') + ".pdf";
  EXPECT_TRUE(document_of_output({}, table_name(long_name, "raw_text"))->is_cut);
  EXPECT_TRUE(document_of_mark(failed_mark_key(long_name))->is_cut);
}

TEST(DocumentName, OfOtherFilesIsNone) {
  for (const char* key : {"a.parquet", "a_raw_text", "a_nothing.parquet", "_docmill/runs/r.parquet",
                          "x/.raw_text.parquet", "b.pdf.raw_text.parquet"})
    EXPECT_FALSE(document_of_output({}, key)) << key;
  for (const char* key : {"a.json", "_docmill/failed/a", "_docmill/failed/.json", "_docmill/failed/x/.json"})
    EXPECT_FALSE(document_of_mark(key)) << key;
}

}  // namespace
}  // namespace docmill
