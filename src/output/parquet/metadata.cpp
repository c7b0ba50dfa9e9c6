// The numbers of fields are those of
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
#include "output/parquet/metadata.h"

#include <array>

#include "output/parquet/compact_protocol.h"

namespace docmill::parquet_format {
namespace {

/// About what a footer holds beside schema and row groups.
constexpr std::size_t footer_rest_size_bytes = 1024;

enum class Repetition : std::int32_t { required = 0, optional = 1, repeated = 2 };

Repetition repetition_of(bool nullable) { return nullable ? Repetition::optional : Repetition::required; }

// ---- schema ----

void write_integer_type(CompactWriter& writer, std::int8_t bits) {
  writer.structure(10, [&] {  // INTEGER
    writer.i8(1, bits);
    writer.boolean(2, false);  // signed
  });
}

void write_logical_type(CompactWriter& writer, ConvertedType type) {
  switch (type) {
    case ConvertedType::none:
      return;
    case ConvertedType::utf8:
      return writer.structure(1, [] {});  // STRING
    case ConvertedType::list:
      return writer.structure(3, [] {});  // LIST
    case ConvertedType::timestamp_micros:
      return writer.structure(8, [&] {                             // TIMESTAMP
        writer.boolean(1, true);                                   // adjusted to UTC
        writer.structure(2, [&] { writer.structure(2, [] {}); });  // unit: MICROS
      });
    case ConvertedType::uint32:
      return write_integer_type(writer, 32);
    case ConvertedType::uint64:
      return write_integer_type(writer, 64);
  }
}

struct Node {
  std::optional<PhysicalType> type{};  // of a leaf
  Repetition repetition = Repetition::required;
  std::string_view name;
  std::int32_t children = 0;
  ConvertedType converted = ConvertedType::none;
};

void write_node(CompactWriter& writer, const Node& node) {
  writer.element([&] {
    if (node.type) writer.i32(1, std::to_underlying(*node.type));
    writer.i32(3, std::to_underlying(node.repetition));
    writer.binary(4, node.name);
    if (!node.type) writer.i32(5, node.children);
    if (node.converted == ConvertedType::none) return;
    writer.i32(6, std::to_underlying(node.converted));
    writer.structure(10, [&] { write_logical_type(writer, node.converted); });
  });
}

constexpr std::string_view repeated_name = "list";
constexpr std::string_view item_name = "element";

/// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
std::vector<Node> nodes_of(const Column& column) {
  const Repetition repetition = repetition_of(column.nullable);
  if (!column.is_list)
    return {{.type = column.type.physical,
             .repetition = repetition,
             .name = column.name,
             .converted = column.type.converted}};
  return {{.repetition = repetition, .name = column.name, .children = 1, .converted = ConvertedType::list},
          {.repetition = Repetition::repeated, .name = repeated_name, .children = 1},
          {.type = column.type.physical,
           .repetition = repetition_of(column.items_nullable),
           .name = item_name,
           .converted = column.type.converted}};
}

Elements schema_of(std::span<const Column> columns) {
  std::vector<Node> nodes{{.name = "schema", .children = static_cast<std::int32_t>(columns.size())}};
  for (const Column& column : columns)
    for (const Node& node : nodes_of(column)) nodes.push_back(node);
  Elements elements{.count = nodes.size(), .bytes = {}};
  CompactWriter writer(elements.bytes);
  for (const Node& node : nodes) write_node(writer, node);
  return elements;
}

/// Minimum and maximum follow the order of the logical type; without this word readers do not trust them.
Elements column_orders_of(std::span<const Column> columns) {
  Elements elements{.count = columns.size(), .bytes = {}};
  CompactWriter writer(elements.bytes);
  for (std::size_t i = 0; i < columns.size(); ++i) writer.element([&] { writer.structure(1, [] {}); });
  return elements;
}

// ---- row groups ----

constexpr std::array encodings = {std::to_underlying(Encoding::plain), std::to_underlying(Encoding::rle),
                                  std::to_underlying(Encoding::rle_dictionary)};

void write_chunk_metadata(CompactWriter& writer, const Chunk& chunk, const Column& column) {
  constexpr std::int32_t uncompressed = 0;
  constexpr std::int32_t zstd = 6;
  writer.i32(1, std::to_underlying(column.type.physical));
  writer.list_of_i32(2, std::span(encodings).first(chunk.dictionary_size_bytes ? 3 : 2));
  const std::array path = {column.name, repeated_name, item_name};
  writer.list_of_binary(3, std::span(path).first(column.is_list ? 3 : 1));
  writer.i32(4, chunk.compressed ? zstd : uncompressed);
  writer.i64(5, chunk.values);
  writer.i64(6, chunk.size_bytes);
  writer.i64(7, chunk.compressed_size_bytes);
  writer.i64(9, chunk.offset + chunk.dictionary_size_bytes.value_or(0));
  if (chunk.dictionary_size_bytes) writer.i64(11, chunk.offset);
  writer.structure(12, [&] {
    writer.i64(3, chunk.nulls);
    if (!chunk.min_max) return;
    writer.binary(5, chunk.min_max->second);
    writer.binary(6, chunk.min_max->first);
  });
}

}  // namespace

void append_page_header(std::string& bytes, const PageHeader& header) {
  CompactWriter writer(bytes);
  writer.element([&] {
    writer.i32(1, std::to_underlying(header.type));
    writer.i32(2, header.size_bytes);
    writer.i32(3, header.compressed_size_bytes);
    const bool is_data = header.type == PageType::data;
    writer.structure(is_data ? 5 : 7, [&] {
      writer.i32(1, header.values);
      writer.i32(2, std::to_underlying(header.encoding));
      if (!is_data) return;
      writer.i32(3, std::to_underlying(Encoding::rle));  // definition levels
      writer.i32(4, std::to_underlying(Encoding::rle));  // repetition levels
    });
  });
}

void append_row_group(Elements& row_groups, const RowGroup& group, std::span<const Column> columns) {
  ++row_groups.count;
  CompactWriter writer(row_groups.bytes);
  writer.element([&] {
    std::int64_t size_bytes = 0;
    std::int64_t compressed_size_bytes = 0;
    writer.list_of_structures(1, columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Chunk& chunk = group.chunks[i];
      size_bytes += chunk.size_bytes;
      compressed_size_bytes += chunk.compressed_size_bytes;
      writer.element([&] {
        writer.i64(2, 0);  // where its metadata stands a second time: nowhere
        writer.structure(3, [&] { write_chunk_metadata(writer, chunk, columns[i]); });
      });
    }
    writer.i64(2, size_bytes);
    writer.i64(3, group.rows);
    writer.i64(5, group.chunks.front().offset);
    writer.i64(6, compressed_size_bytes);
  });
}

CommonMetadata common_metadata_of(std::span<const Column> columns) {
  return {.schema = schema_of(columns), .column_orders = column_orders_of(columns)};
}

std::string encode(const Footer& footer) {
  constexpr std::int32_t format_version = 2;
  const auto list = [](CompactWriter& writer, int id, const Elements& elements) {
    writer.list_of_structures(id, elements.count);
    writer.append_elements(elements.bytes);
  };
  std::string bytes;
  bytes.reserve(footer.common.schema.bytes.size() + footer.row_groups.bytes.size() + footer_rest_size_bytes);
  CompactWriter writer(bytes);
  writer.element([&] {
    writer.i32(1, format_version);
    list(writer, 2, footer.common.schema);
    writer.i64(3, footer.rows);
    list(writer, 4, footer.row_groups);
    if (!footer.metadata.empty()) {
      writer.list_of_structures(5, footer.metadata.size());
      for (const auto& [key, value] : footer.metadata)
        writer.element([&] {
          writer.binary(1, key);
          writer.binary(2, value);
        });
    }
    writer.binary(6, footer.created_by);
    list(writer, 7, footer.common.column_orders);
  });
  const auto length = static_cast<std::uint32_t>(bytes.size());
  for (unsigned bit = 0; bit < 32; bit += 8) bytes.push_back(static_cast<char>(length >> bit));
  return bytes += magic;
}

}  // namespace docmill::parquet_format
