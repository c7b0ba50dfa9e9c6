#include "document/tables.h"

#include <arrow/type.h>

#include <algorithm>
#include <string>
#include <utility>

#include "document/table_columns.h"

namespace docmill {
namespace {

std::shared_ptr<arrow::Schema> schema_of(std::span<const Column> columns) {
  arrow::FieldVector fields;
  for (const Column& column : columns)
    fields.push_back(arrow::field(std::string(column.name), column.type, column.nullable));
  return arrow::schema(std::move(fields));
}

Table make_table(std::string_view name, std::string_view suffix, std::string_view title, std::vector<Column> columns) {
  std::vector<Column> of_child;
  std::ranges::copy_if(columns, std::back_inserter(of_child),
                       [](const Column& column) { return column.origin == ColumnOrigin::child; });
  auto schema = schema_of(columns);
  auto child_schema = schema_of(of_child);
  return {.name = name,
          .suffix = suffix,
          .title = title,
          .columns = std::move(columns),
          .schema = std::move(schema),
          .child_schema = std::move(child_schema)};
}

Table large(Table table) {
  table.is_large = true;
  return table;
}

}  // namespace

const Table& table_of(TableId id) {
  // In the order of TableId.
  static const std::array<Table, table_ids.size()> tables{
      make_table("pages", "raw_text", "One row per page of a document.", pages_columns()),
      large(make_table("words", "words", "One row per word of a page, in reading order.", words_columns())),
      make_table("links", "links", "One row per link of a page, and per address in its text that is no link.",
                 links_columns()),
      make_table("codes", "codes", "One row per barcode of a page, from top to bottom.", codes_columns()),
      make_table("images", "images", "One row per image of a page, in the order in which they are drawn.",
                 images_columns()),
      make_table("crops", "crops", "One row per region that the recipe names, in its order.", crops_columns())};
  return tables.at(index_of(id));
}

std::vector<std::string> varied_columns(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns)
    if (column.is_varied) names.emplace_back(column.name);
  return names;
}

const Table& files_table() {
  static const Table table = make_table(
      "files", "files", "One row per file that was made of a document, in the order of pages.", files_columns());
  return table;
}

const Table& documents_table() {
  static const Table table = make_table(
      "documents", "", "One row per document of a run, in the bytewise order of source keys.", documents_columns());
  return table;
}

}  // namespace docmill
