// Arrow arrays -> the pages of one column in one row group after the other.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "output/parquet/column.h"
#include "output/parquet/metadata.h"

namespace docmill::parquet_format {

class ColumnWriter {
 public:
  /// The column outlives it.
  explicit ColumnWriter(const Column& column) : column_(column) {}

  /// Rows of the column's field.
  void append(const arrow::Array& array);

  /// The row group ends: `pages` becomes all of its pages. The chunk's offset is 0.
  Chunk finish(std::string& pages);

 private:
  using Values = std::vector<std::string_view>;  // as they stand in values_

  void append_items(const arrow::Array& items, std::int64_t first, std::int64_t count);
  void append_value(const arrow::Array& array, std::int64_t i);
  void note(std::uint32_t repetition, std::uint32_t definition);
  Values cut_values() const;
  bool append_dictionary_pages(std::string& pages, const Values& values);
  void append_plain_page(std::string& pages);
  void append_page(std::string& pages, PageHeader header, std::string_view levels, std::string_view values);
  std::string levels() const;
  void end_page();

  const Column& column_;
  // Of the page that is being filled.
  std::string values_;  // PLAIN
  std::vector<std::uint32_t> repetitions_, definitions_;
  std::int32_t rows_and_items_ = 0;  // with those that are null
  // Of the row group, so far.
  std::string pages_;
  Chunk chunk_;
};

}  // namespace docmill::parquet_format
