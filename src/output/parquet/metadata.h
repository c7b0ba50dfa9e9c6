// What a Parquet file says of itself: headers of pages, row groups, the footer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "output/parquet/column.h"

namespace docmill::parquet_format {

enum class PageType : std::int32_t { data = 0, dictionary = 2 };
enum class Encoding : std::int32_t { plain = 0, rle = 3, rle_dictionary = 8 };

struct PageHeader {
  PageType type;
  Encoding encoding;  // of the values; levels are always rle
  std::int32_t values = 0;
  std::int32_t size_bytes = 0;
  std::int32_t compressed_size_bytes = 0;
};
void append_page_header(std::string& bytes, const PageHeader& header);

/// A column within one row group.
struct Chunk {
  bool compressed = false;  // zstd
  std::int64_t values = 0;  // with those that are null
  std::int64_t nulls = 0;
  std::int64_t size_bytes = 0;  // pages with their headers
  std::int64_t compressed_size_bytes = 0;
  std::int64_t offset = 0;                              // of its first page
  std::optional<std::int64_t> dictionary_size_bytes{};  // of the first page, where that is a dictionary
  std::optional<std::pair<std::string, std::string>> min_max{};
};

struct RowGroup {
  std::int64_t rows = 0;
  std::vector<Chunk> chunks;  // of every column
};

/// Structures as they stand in a list of the footer.
struct Elements {
  std::size_t count = 0;
  std::string bytes;
};
void append_row_group(Elements& row_groups, const RowGroup& group, std::span<const Column> columns);

/// What the footers of all files with these columns have in common.
struct CommonMetadata {
  Elements schema;
  Elements column_orders;
};
CommonMetadata common_metadata_of(std::span<const Column> columns);

struct Footer {
  const CommonMetadata& common;
  std::int64_t rows = 0;
  const Elements& row_groups;
  std::span<const std::pair<std::string, std::string>> metadata;
  std::string_view created_by;
};
/// With its length and the magic number behind it: all that follows the last row group.
std::string encode(const Footer& footer);

inline constexpr std::string_view magic = "PAR1";

}  // namespace docmill::parquet_format
