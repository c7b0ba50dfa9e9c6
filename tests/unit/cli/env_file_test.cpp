#include "cli/env_file.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

TEST(EnvFile, ReadsValuesQuotesCommentsAndExport) {
  const auto read = parse_env_file(
      "# a comment\n"
      "\n"
      "OCR_DPI=300\r\n"
      "  export BATCH_SIZE = 7  # why\n"
      "A='single # \\n $X'   # comment\n"
      "B=\"two\\nlines \\\"q\\\" \\\\ \\$X \\z\"\n"
      "C=a#b\n"
      "D=\n"
      "E=a b\n"
      "OCR_DPI=301");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (Environment{{"OCR_DPI", "301"},
                                {"BATCH_SIZE", "7"},
                                {"A", "single # \\n $X"},
                                {"B", "two\nlines \"q\" \\ $X \\z"},
                                {"C", "a#b"},
                                {"D", ""},
                                {"E", "a b"}}));
}

TEST(EnvFile, AcceptsNothing) { EXPECT_EQ(parse_env_file("").value(), Environment{}); }

TEST(EnvFile, RefusesOtherLinesByNumberWithoutShowingThem) {
  for (const char* line : {"OCR_DPI 300", "=1", "1A=2", "A-B=1", "A='open", "A=\"open", "A='x' y", "A=\"x\"y"}) {
    const auto read = parse_env_file(std::string("OK=1\n") + line + "\n");
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(read.error().subject, "line 2");
    EXPECT_EQ(read.error().text().find(line), std::string::npos);
  }
}

}  // namespace
}  // namespace docmill
