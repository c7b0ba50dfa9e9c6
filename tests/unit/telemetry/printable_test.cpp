#include "telemetry/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace docmill {
namespace {

TEST(Printable, KeepsTextOfEveryScript) {
  const std::string text = "Größe 文書 😀 e\u0301 مرحبا";
  EXPECT_EQ(printable(text, Lines::escape), text);
}

TEST(Printable, EscapesWhatMovesACursorOrStartsALine) {
  EXPECT_EQ(printable("a\x1b[2Jb", Lines::escape), "a\\u{1B}[2Jb");
  EXPECT_EQ(printable("a\r\nb\tc", Lines::escape), "a\\u{D}\\u{A}b\\u{9}c");
  EXPECT_EQ(printable("\u009b2J\x7f", Lines::escape), "\\u{9B}2J\\u{7F}");
  EXPECT_EQ(printable("a\u2028b", Lines::escape), "a\\u{2028}b");
  EXPECT_EQ(printable(std::string("a\0b", 3), Lines::escape), "a\\u{0}b");
}

TEST(Printable, EscapesBidirectionalControls) {  // CVE-2021-42574
  EXPECT_EQ(printable("exe.\u202efdp", Lines::escape), "exe.\\u{202E}fdp");
}

TEST(Printable, KeepsLinesAndTabsWhereAsked) { EXPECT_EQ(printable("a\n\tb\r", Lines::keep), "a\n\tb\\u{D}"); }

// The ill-formed examples of Unicode 15, tables 3-8 to 3-11 use these kinds of bytes.
TEST(Printable, EscapesBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("\xC0\xAF", Lines::escape), "\\xC0\\xAF");
  EXPECT_EQ(printable("\xED\xA0\x80", Lines::escape), "\\xED\\xA0\\x80");
  EXPECT_EQ(printable("\xF4\x90\x80\x80", Lines::escape), "\\xF4\\x90\\x80\\x80");
  EXPECT_EQ(printable("\xE2\x82", Lines::escape), "\\xE2\\x82");
  EXPECT_EQ(printable("\xE0\x80\x80z", Lines::escape), "\\xE0\\x80\\x80z");
}

}  // namespace
}  // namespace docmill
