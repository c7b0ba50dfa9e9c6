// The oracle of the patterns is git itself, which reads the same ones.
#include "mill/selection.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

constexpr std::array keys{"a.pdf",          "b.tif",          "A.PDF",          "drafts/a.pdf",  "drafts/b/c.pdf",
                          "x/drafts/a.pdf", "x/y/z/deep.pdf", "x/deep.pdf",     "drafts.pdf",    "x/drafts",
                          "[1].pdf",        "a*b.pdf",        "2024/01/a.pdf",  "2024/12/b.pdf", "2025/01/a.pdf",
                          ".hidden/a.pdf",  ".a.pdf",         "x y/\u00fc.pdf", "x/y/drafts/q.z"};

constexpr std::array patterns{"*.pdf",      "drafts",      "drafts/",     "/drafts",      "x/*.pdf",
                              "x/**/*.pdf", "**/deep.pdf", "x/**",        "2024/*/a.pdf", "20?[0-9]/0[1-3]",
                              "[!a]*.pdf",  "a\\*b.pdf",   "**/drafts/*", "\\[1\\].pdf",  "*",
                              "**",         "x/drafts/",   "/*.pdf",      "*/a.pdf",      "2024/**/b.pdf",
                              "**/y/**",    ".*",          "x y/*"};

class GitIgnore : public testing::Test {
 protected:
  GitIgnore() { EXPECT_EQ(std::system(fmt::format("git init -q '{}'", folder_.path().string()).c_str()), 0); }

  /// Of all keys.
  std::set<std::string> ignored(const std::string& pattern) {
    folder_.write(".gitignore", pattern + "\n");
    std::string lines;
    for (const std::string key : keys) lines += key + "\n";
    folder_.write("keys", lines);
    const int status = std::system(fmt::format("cd '{}' && git -c core.quotePath=false -c core.ignoreCase=false "
                                               "check-ignore --no-index --stdin < keys > ignored",
                                               folder_.path().string())
                                       .c_str());
    EXPECT_LE(status / 256, 1) << "git failed";
    std::set<std::string> found;
    std::ifstream file(folder_ / "ignored");
    for (std::string line; std::getline(file, line);) found.insert(line);
    return found;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(GitIgnore, MatchesTheSameKeys) {
  for (const std::string pattern : patterns) {
    const Glob glob = Glob::parse(pattern).value();
    const std::set<std::string> expected = ignored(pattern);
    for (const std::string key : keys)
      EXPECT_EQ(glob.matches(key), expected.contains(key)) << pattern << " and " << key;
  }
}

TEST(Glob, MatchesAFolderWhereItMatchesAllOfItsKeys) {
  EXPECT_TRUE(Glob::parse("drafts/").value().matches_folder("x/drafts/"));
  EXPECT_TRUE(Glob::parse("drafts").value().matches_folder("drafts/b/"));
  EXPECT_FALSE(Glob::parse("x/**").value().matches_folder("x/"));
  EXPECT_FALSE(Glob::parse("*.pdf").value().matches_folder("x/"));
}

TEST(Glob, NeverDeniesAFolderWithAKeyThatMatches) {
  for (const std::string_view pattern : patterns) {
    const Glob glob = Glob::parse(pattern).value();
    for (const std::string_view key : keys) {
      if (!glob.matches(key)) continue;
      for (std::size_t slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1))
        EXPECT_TRUE(glob.may_match_in(key.substr(0, slash + 1))) << pattern << " and " << key;
    }
  }
  EXPECT_FALSE(Glob::parse("2024/*/a.pdf").value().may_match_in("2025/"));
  EXPECT_FALSE(Glob::parse("x/**").value().may_match_in("y/z/"));
}

TEST(Glob, OfManyStarsTakesNoLongTime) {
  std::string pattern = "a", key = "a";
  for (int i = 0; i < 200; ++i) {
    pattern += "/**/a";
    key += "/a/a";
  }
  EXPECT_FALSE(Glob::parse(pattern + "/b").value().matches(key));
}

TEST(Globs, AreJoinedByCommasOutsideOfBrackets) {
  const auto globs = parse_globs("*.pdf,x/[,a]*,drafts/");
  ASSERT_TRUE(globs);
  ASSERT_EQ(globs->size(), 3U);
  EXPECT_TRUE((*globs)[1].matches("x/,1"));
  EXPECT_EQ(globs_text(*globs), "*.pdf,x/[,a]*,drafts/");
  for (const char* text : {"", "a,,b", "/", "a//b", ","}) EXPECT_FALSE(parse_globs(text)) << text;
}

TEST(Selection, TakesWhatIsIncludedAndNotExcluded) {
  const Selection selection{.include = parse_globs("*.pdf,*.tif").value(), .exclude = parse_globs("drafts/").value()};
  EXPECT_TRUE(selection.takes("x/a.tif"));
  EXPECT_FALSE(selection.takes("x/a.png"));
  EXPECT_FALSE(selection.takes("x/drafts/a.pdf"));
  EXPECT_TRUE(selection.enters("x/"));
  EXPECT_FALSE(selection.enters("x/drafts/"));
  EXPECT_TRUE(Selection{}.takes("anything") && Selection{}.enters("any/"));
  EXPECT_FALSE((Selection{.include = parse_globs("/2024/").value(), .exclude = {}}).enters("2025/"));
}

}  // namespace
}  // namespace docmill
