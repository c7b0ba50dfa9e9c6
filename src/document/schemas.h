// The columns of every table, declared once: the Arrow schemas, the data catalog and the checks come from here.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <span>
#include <string_view>

namespace docmill {

struct Column {
  std::string_view name;
  std::shared_ptr<arrow::DataType> type;
  bool nullable;
  std::string_view unit;         // empty where there is none
  std::string_view description;  // one or two sentences for docs/DATA_CATALOG.md
};

/// What the extraction child says of a page: the columns of `pages` that come from the document's bytes alone.
std::span<const Column> page_content_columns();
/// One row per page of a document: `_raw_text.parquet`.
std::span<const Column> pages_columns();
/// One row per document of a run: the manifest.
std::span<const Column> documents_columns();

/// The Arrow schema of these columns. Each function gives the same object on every call.
std::shared_ptr<arrow::Schema> page_content_schema();
std::shared_ptr<arrow::Schema> pages_schema();
std::shared_ptr<arrow::Schema> documents_schema();

}  // namespace docmill
