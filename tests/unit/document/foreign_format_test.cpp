#include "document/foreign_format.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace docmill {
namespace {

using namespace std::string_view_literals;

std::string_view told(std::string_view bytes) { return foreign_format(std::as_bytes(std::span(bytes))); }

// First bytes as file(1) and the formats' specifications have them.
TEST(ForeignFormat, IsToldByItsFirstBytes) {
  EXPECT_EQ(told("\0\0\0\x18"
                 "ftypheic\0\0\0\0mif1heic"sv),
            "HEIC");
  EXPECT_EQ(told("\0\0\0\x1c"
                 "ftypavif\0\0\0\0"sv),
            "AVIF");
  EXPECT_EQ(told("AT&TFORM\0\0\x10\0DJVU"sv), "DjVu");
  EXPECT_EQ(told("\xff\x0a\xfa\x7f"sv), "JPEG XL");
  EXPECT_EQ(told("\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14"sv), "JPEG XL");
  EXPECT_EQ(told("8BPS\0\1\0\0"sv), "Photoshop (PSD)");
  EXPECT_EQ(told("%!PS-Adobe-3.0 EPSF-3.0\n"sv), "PostScript");
}

TEST(ForeignFormat, OthersHaveNoName) {
  for (const std::string_view bytes : {""sv, "hello"sv, "\x89PNG\r\n\x1a\n"sv, "ftyp"sv,
                                       "\0\0\0\x18"
                                       "ftyp"sv})
    EXPECT_EQ(told(bytes), "");
}

TEST(ForeignFormat, IsToldByAnEndingInAnyCase) {
  EXPECT_EQ(foreign_format_by_name("a/b.HEIC"), "HEIC");
  EXPECT_EQ(foreign_format_by_name("x.djvu"), "DjVu");
  for (const char* name : {"heic", "a.pdf", "", "a.heic.txt"}) EXPECT_EQ(foreign_format_by_name(name), "") << name;
}

}  // namespace
}  // namespace docmill
