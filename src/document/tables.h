// The registry of tables: each is declared once, here. Arrow schemas, what a child may send, the columns of Parquet
// files, the data catalog and JSON forms come from these declarations.
//
// A new table of documents takes an entry in TableId and in tables.cpp, and the place that fills it: rows_of() in
// document/page.h.
#pragma once

#include <arrow/type_fwd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace docmill {

/// Who says what stands in a column.
enum class ColumnOrigin : std::uint8_t {
  child,   // the extraction child, from the document's bytes alone
  parent,  // the parent, from where the document is: the same in every row of a document
};

struct Column {
  std::string_view name;
  std::shared_ptr<arrow::DataType> type;
  bool nullable;
  std::string_view unit;         // empty where there is none
  std::string_view description;  // one or two sentences for docs/DATA_CATALOG.md
  ColumnOrigin origin = ColumnOrigin::child;
  std::span<const std::string_view> values = {};  // a closed list of them; empty where any will do
  bool is_varied = false;                         // values rarely repeat
};

/// Immutable; any thread.
struct Table {
  std::string_view name;
  std::string_view suffix;  // in the names of files: `a/b.pdf` gives `a/b_SUFFIX.parquet`; empty: no document has one
  std::string_view title;   // what its rows are, for docs/DATA_CATALOG.md
  std::vector<Column> columns;
  std::shared_ptr<arrow::Schema> schema;        // of its files: all columns
  std::shared_ptr<arrow::Schema> child_schema;  // the columns of the child, in the same order
  bool is_large = false;                        // most of its files have many thousands of rows
};

/// Tables that extraction fills, page by page. A page has exactly one row of `pages`, which is its summary too, and any
/// number of the others.
enum class TableId : std::uint8_t { pages, words, links, codes, images, crops };
inline constexpr std::array table_ids{TableId::pages, TableId::words,  TableId::links,
                                      TableId::codes, TableId::images, TableId::crops};

constexpr std::size_t index_of(TableId id) { return static_cast<std::size_t>(id); }

const Table& table_of(TableId id);

/// Names of the columns with is_varied.
std::vector<std::string> varied_columns(const Table& table);

/// One row per file that was made of a document: what readers may trust.
const Table& files_table();

/// One row per document of a run: the manifest.
const Table& documents_table();

}  // namespace docmill
