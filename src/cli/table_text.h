// Tables for people: columns stand below each other.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/tables.h"

namespace docmill {

/// Of a text in UTF-8 as terminals show it: East Asian characters take two columns, combining ones none.
std::size_t columns_wide(std::string_view text);

/// Lines of cells, every column as wide as its widest cell; those of numbers stand to the right.
class TextTable {
 public:
  struct Column {
    std::string name;
    bool is_number = false;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Cells are safe to show; longer ones than 48 columns are cut and end in "...". REQUIRES: one for each column.
  void add(std::vector<std::string> cells);
  /// With the names above them where `with_names`.
  std::string text(bool with_names = true) const;
  /// The same with names, without columns that have "-" in every row.
  std::string text_without_empty_columns() const;

 private:
  std::string text_of(const std::vector<std::size_t>& shown, bool with_names) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Rows of a table as row_json() gives them. One column `box_pt` is the box, one column `style` names the switches that
/// are on; what is the same in all rows (the document) and what is for programs (bytes, lists) is left out, and, where
/// `with_page` is false, the page. Text is made safe to show.
class RowsTable {
 public:
  RowsTable(const Table& table, bool with_page);

  void add(const nlohmann::ordered_json& row);
  std::string text(bool with_names = true) const { return table_.text(with_names); }
  std::string text_without_empty_columns() const { return table_.text_without_empty_columns(); }

 private:
  struct Source {
    enum class Kind : unsigned char { value, box, switches } kind = Kind::value;
    std::string name;
  };
  RowsTable(const Table& table, std::vector<Source> sources);
  static std::vector<Source> sources_of(const Table& table, bool with_page);

  std::vector<std::string> switches_;
  std::vector<Source> sources_;
  TextTable table_;
};

}  // namespace docmill
