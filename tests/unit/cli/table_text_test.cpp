#include "cli/table_text.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

using Row = nlohmann::ordered_json;

TEST(TableText, ColumnsStandBelowEachOther) {
  TextTable table({{.name = "name"}, {.name = "n", .is_number = true}, {.name = "last"}});
  table.add({"a", "7", "x"});
  table.add({"longer", "1234", ""});
  EXPECT_EQ(table.text(),
            "name       n  last\n"
            "a          7  x\n"
            "longer  1234\n");
  EXPECT_EQ(table.text(false),
            "a          7  x\n"
            "longer  1234\n");
}

TEST(TableText, WideAndCombiningCharactersTakeTheirColumns) {
  EXPECT_EQ(columns_wide("abc"), 3);
  EXPECT_EQ(columns_wide("caf\u00E9"), 4);
  EXPECT_EQ(columns_wide("cafe\u0301"), 4);
  EXPECT_EQ(columns_wide("\u6F22\u5B57"), 4);
  TextTable table({{.name = "word"}, {.name = "n"}});
  table.add({"\u6F22\u5B57", "1"});
  table.add({"abcd", "2"});
  EXPECT_EQ(table.text(false), "\u6F22\u5B57  1\nabcd  2\n");
}

TEST(TableText, ColumnsWithoutAValueMayBeLeftOut) {
  TextTable table({{.name = "a"}, {.name = "b", .is_number = true}, {.name = "c"}});
  table.add({"-", "-", "x"});
  table.add({"1", "-", "-"});
  EXPECT_EQ(table.text_without_empty_columns(), "a  c\n-  x\n1  -\n");
}

TEST(TableText, LongCellsAreCut) {
  TextTable table({{.name = "text"}});
  table.add({std::string(100, 'x')});
  table.add({std::string(48, 'y')});
  EXPECT_EQ(table.text(false), std::string(45, 'x') + "...\n" + std::string(48, 'y') + "\n");
}

Row word_row() {
  return {{"document_id", "d"},   {"source_uri", "u"},  {"page_number", 3},     {"word", "a\x1b[2J"},
          {"left_pt", 1.25},      {"top_pt", 2.0},      {"right_pt", 30.0},     {"bottom_pt", 14.5},
          {"source", "native"},   {"confidence", {}},   {"font_name", "Arial"}, {"font_size_pt", 12.0},
          {"is_bold", true},      {"is_italic", false}, {"colour", "#000000"},  {"rotation_deg", 0},
          {"is_invisible", true}, {"line_index", 0},    {"block_index", 0}};
}

TEST(TableText, OfWordsHasABoxAndAStyle) {
  RowsTable table(table_of(TableId::words), false);
  table.add(word_row());
  EXPECT_EQ(table.text(),
            "word        box_pt             source  confidence  font_name  font_size_pt  style           colour   "
            "rotation_deg  line_index  block_index\n"
            "a\\u{1B}[2J  1.2 2.0 30.0 14.5  native           -  Arial              12.0  bold invisible  #000000  "
            "           0           0            0\n");
}

TEST(TableText, WhatARowLacksIsADash) {
  RowsTable table(table_of(TableId::words), true);
  table.add({{"page_number", 3}, {"word", "old"}});
  EXPECT_EQ(
      table.text(false),
      "          3  old   -       -                -  -                     -  -      -                  -           "
      "-            -\n");
}

}  // namespace
}  // namespace docmill
