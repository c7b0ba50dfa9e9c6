#include "cli/table_text.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/utf8.h"
#include "output/row_json.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Row = nlohmann::ordered_json;

constexpr std::size_t cell_columns_max = 48;
constexpr std::array<std::string_view, 4> box_sides{"left_pt", "top_pt", "right_pt", "bottom_pt"};

struct Range {
  char32_t first, last;
};

/// Wide ones of East Asian Width (Unicode, UAX 11), by block.
constexpr std::array<Range, 10> wide{{{0x1100, 0x115F},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 5> combining{
    {{0x300, 0x36F}, {0x591, 0x5BD}, {0x64B, 0x65F}, {0x200B, 0x200D}, {0xFE00, 0xFE0F}}};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

std::size_t columns_of(char32_t c) { return is_in(combining, c) ? 0 : is_in(wide, c) ? 2 : 1; }

std::string cut(std::string cell) {
  constexpr std::string_view more = "...";
  if (columns_wide(cell) <= cell_columns_max) return cell;
  std::string_view rest = cell;
  std::size_t columns = more.size();
  std::size_t kept = 0;
  while (const auto c = first_code_point(rest)) {
    columns += columns_of(c->value);
    if (columns > cell_columns_max) break;
    kept += c->size_bytes;
    rest.remove_prefix(c->size_bytes);
  }
  return cell.substr(0, kept) + std::string(more);
}

bool is_number(const arrow::DataType& type) {
  return type.id() == arrow::Type::DOUBLE || (type.id() >= arrow::Type::UINT8 && type.id() <= arrow::Type::INT64);
}

bool is_for_programs(const Column& column) {
  return column.name == "document_id" || column.name == "source_uri" || column.type->id() == arrow::Type::BINARY ||
         column.type->id() == arrow::Type::LIST;
}

const Row* value_of(const Row& row, const std::string& name) {
  const auto found = row.find(name);
  return found == row.end() || found->is_null() ? nullptr : &*found;
}

/// To a hundredth, as finer ones are noise to people.
std::string short_number(double number) {
  std::string text = fmt::format("{:.2f}", number);
  text.resize(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text + "0" : text;
}

std::string shown(const Row& row, const std::string& name) {
  const Row* value = value_of(row, name);
  if (value == nullptr) return "-";
  if (value->is_number_float()) return short_number(value->get<double>());
  return value->is_string() ? printable(value->get<std::string>(), Lines::escape) : json_text(*value);
}

std::string box_of(const Row& row) {
  std::string text;
  for (const std::string_view side : box_sides) {
    const Row* value = value_of(row, std::string(side));
    if (value == nullptr) return "-";
    text += fmt::format("{}{:.1f}", text.empty() ? "" : " ", value->get<double>());
  }
  return text;
}

std::string name_of_switch(std::string_view column) { return std::string(column.substr(column.find('_') + 1)); }

}  // namespace

std::size_t columns_wide(std::string_view text) {
  std::size_t columns = 0;
  while (const auto c = first_code_point(text)) {
    columns += columns_of(c->value);
    text.remove_prefix(c->size_bytes);
  }
  return columns;
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = cut(std::move(cell));
  rows_.push_back(std::move(cells));
}

std::string TextTable::text(bool with_names) const {
  std::vector<std::size_t> all(columns_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return text_of(all, with_names);
}

std::string TextTable::text_without_empty_columns() const {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (std::ranges::any_of(rows_, [i](const auto& row) { return row[i] != "-"; })) shown.push_back(i);
  return text_of(shown, true);
}

std::string TextTable::text_of(const std::vector<std::size_t>& shown, bool with_names) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const std::size_t i : shown) {
    widths[i] = columns_wide(columns_[i].name);
    for (const auto& row : rows_) widths[i] = std::max(widths[i], columns_wide(row[i]));
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    for (const std::size_t i : shown) {
      const std::string& cell = cell_of(i);
      const std::string padding(widths[i] - columns_wide(cell), ' ');
      text += i == shown.front() ? "" : "  ";
      text += columns_[i].is_number ? padding + cell : cell + padding;
    }
    text.resize(text.find_last_not_of(' ') + 1);
    text += '\n';
  };
  if (with_names) add_line([&](std::size_t i) -> const std::string& { return columns_[i].name; });
  for (const auto& row : rows_) add_line([&](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

std::vector<RowsTable::Source> RowsTable::sources_of(const Table& table, bool with_page) {
  std::vector<Source> sources;
  bool has_switches = false;
  for (const Column& column : table.columns) {
    if (is_for_programs(column) || (column.name == "page_number" && !with_page)) continue;
    if (std::ranges::find(box_sides, column.name) != box_sides.end()) {
      if (column.name == box_sides.front()) sources.push_back({.kind = Source::Kind::box, .name = "box_pt"});
    } else if (column.type->id() == arrow::Type::BOOL) {
      if (!std::exchange(has_switches, true)) sources.push_back({.kind = Source::Kind::switches, .name = "style"});
    } else {
      sources.push_back({.name = std::string(column.name)});
    }
  }
  return sources;
}

RowsTable::RowsTable(const Table& table, bool with_page) : RowsTable(table, sources_of(table, with_page)) {}

RowsTable::RowsTable(const Table& table, std::vector<Source> sources)
    : sources_(std::move(sources)), table_([&] {
        std::vector<TextTable::Column> columns;
        for (const Source& source : sources_) {
          const auto column = std::ranges::find(table.columns, source.name, &Column::name);
          columns.push_back(
              {.name = source.name, .is_number = column != table.columns.end() && is_number(*column->type)});
        }
        return columns;
      }()) {
  for (const Column& column : table.columns)
    if (column.type->id() == arrow::Type::BOOL) switches_.emplace_back(column.name);
}

void RowsTable::add(const Row& row) {
  std::vector<std::string> cells;
  for (const Source& source : sources_) {
    switch (source.kind) {
      case Source::Kind::value:
        cells.push_back(shown(row, source.name));
        break;
      case Source::Kind::box:
        cells.push_back(box_of(row));
        break;
      case Source::Kind::switches: {
        std::string on;
        for (const std::string& name : switches_)
          if (const Row* value = value_of(row, name); value != nullptr && value->get<bool>())
            on += (on.empty() ? "" : " ") + name_of_switch(name);
        cells.push_back(on.empty() ? "-" : on);
        break;
      }
    }
  }
  table_.add(std::move(cells));
}

}  // namespace docmill
