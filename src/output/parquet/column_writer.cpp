#include "output/parquet/column_writer.h"

#include <arrow/array.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "document/limits.h"
#include "output/parquet/hybrid.h"
#include "output/parquet/statistics.h"
#include "output/parquet/zstd.h"

namespace docmill::parquet_format {
namespace {

constexpr std::size_t length_size_bytes = 4;
constexpr std::size_t varied_page_size_bytes = 1 * MiB;
/// Less than this takes more room compressed, and as long as a page of text.
constexpr std::size_t compressed_size_bytes_min = 64;

// Little-endian, as is every machine that docmill runs on.
void put_length(std::string& bytes, std::size_t at, std::size_t length) {
  const auto number = static_cast<std::uint32_t>(length);
  std::memcpy(bytes.data() + at, &number, length_size_bytes);
}

void append_length(std::string& bytes, std::size_t length) {
  bytes.append(length_size_bytes, '\0');
  put_length(bytes, bytes.size() - length_size_bytes, length);
}

std::size_t length_at(std::string_view bytes) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), length_size_bytes);
  return number;
}

/// Each value once, in the order of their first appearance, and where each of the values is among them.
struct Dictionary {
  std::vector<std::string_view> entries;
  std::vector<std::uint32_t> places;
};

Dictionary dictionary_of(std::span<const std::string_view> values) {
  Dictionary dictionary;
  dictionary.places.reserve(values.size());
  std::unordered_map<std::string_view, std::uint32_t> known;
  for (const std::string_view value : values) {
    // What stands in every row is looked up once.
    if (!dictionary.places.empty() && value == dictionary.entries[dictionary.places.back()]) {
      dictionary.places.push_back(dictionary.places.back());
      continue;
    }
    const auto [entry, is_new] = known.emplace(value, static_cast<std::uint32_t>(dictionary.entries.size()));
    if (is_new) dictionary.entries.push_back(value);
    dictionary.places.push_back(entry->second);
  }
  return dictionary;
}

}  // namespace

void ColumnWriter::append(const arrow::Array& array) {
  if (!column_.is_list) return append_items(array, 0, array.length());
  const auto& lists = static_cast<const arrow::ListArray&>(array);
  for (std::int64_t row = 0; row < lists.length(); ++row) {
    if (lists.IsNull(row))
      note(0, 0);
    else if (lists.value_length(row) == 0)
      note(0, column_.nullable ? 1 : 0);
    else
      append_items(*lists.values(), lists.value_offset(row), lists.value_length(row));
  }
}

void ColumnWriter::append_items(const arrow::Array& items, std::int64_t first, std::int64_t count) {
  const std::uint32_t definition = column_.definition_max();
  for (std::int64_t i = first; i < first + count; ++i) {
    const bool there = items.IsValid(i);
    assert(there || definition > 0);
    note(column_.is_list && i > first ? 1 : 0, there ? definition : definition - 1);
    if (there) append_value(items, i);
  }
}

void ColumnWriter::note(std::uint32_t repetition, std::uint32_t definition) {
  // A row begins here.
  if (repetition == 0 && column_.varied && values_.size() >= varied_page_size_bytes) append_plain_page(pages_);
  if (column_.is_list) repetitions_.push_back(repetition);
  if (column_.definition_max() > 0) definitions_.push_back(definition);
  if (definition < column_.definition_max()) ++chunk_.nulls;
  ++rows_and_items_;
}

void ColumnWriter::append_value(const arrow::Array& array, std::int64_t i) {
  if (column_.type.order == Order::text) {
    const std::string_view value = static_cast<const arrow::BinaryArray&>(array).GetView(i);
    append_length(values_, value.size());
    values_ += value;
  } else {
    const arrow::ArrayData& data = *array.data();
    const std::size_t size = column_.type.size_bytes;
    const auto* start = reinterpret_cast<const char*>(data.buffers[1]->data());
    values_.append(start + (static_cast<std::size_t>(data.offset + i) * size), size);
  }
}

// Of a varied column there are none: it has neither a dictionary nor a minimum.
ColumnWriter::Values ColumnWriter::cut_values() const {
  Values values;
  if (column_.varied) return values;
  const bool is_text = column_.type.order == Order::text;
  if (!is_text) values.reserve(values_.size() / column_.type.size_bytes);
  for (std::string_view rest = values_; !rest.empty(); rest.remove_prefix(values.back().size()))
    values.push_back(rest.substr(0, is_text ? length_size_bytes + length_at(rest) : column_.type.size_bytes));
  return values;
}

Chunk ColumnWriter::finish(std::string& pages) {
  pages.clear();
  pages.swap(pages_);
  Values values = cut_values();
  if (!append_dictionary_pages(pages, values)) append_plain_page(pages);
  const std::size_t length_bytes = column_.type.order == Order::text ? length_size_bytes : 0;
  for (std::string_view& value : values) value.remove_prefix(length_bytes);
  chunk_.min_max = min_max_of(values, column_.type.order);
  values_.clear();
  return std::exchange(chunk_, {});
}

// False where one would take more room than the values do.
bool ColumnWriter::append_dictionary_pages(std::string& pages, const Values& values) {
  if (values.size() < 2) return false;
  const Dictionary dictionary = dictionary_of(values);
  std::string entries;
  for (const std::string_view entry : dictionary.entries) entries += entry;
  // One bit for a single entry: not every reader takes none.
  const unsigned bit_width =
      bits_of(std::max<std::uint32_t>(1, static_cast<std::uint32_t>(dictionary.entries.size() - 1)));
  std::string places(1, static_cast<char>(bit_width));
  append_hybrid(places, dictionary.places, bit_width);
  if (entries.size() + places.size() >= values_.size()) return false;

  append_page(pages,
              {.type = PageType::dictionary,
               .encoding = Encoding::plain,
               .values = static_cast<std::int32_t>(dictionary.entries.size())},
              {}, entries);
  chunk_.dictionary_size_bytes = chunk_.compressed_size_bytes;
  append_page(pages, {.type = PageType::data, .encoding = Encoding::rle_dictionary, .values = rows_and_items_},
              levels(), places);
  end_page();
  return true;
}

void ColumnWriter::append_plain_page(std::string& pages) {
  append_page(pages, {.type = PageType::data, .encoding = Encoding::plain, .values = rows_and_items_}, levels(),
              values_);
  end_page();
}

void ColumnWriter::end_page() {
  chunk_.values += std::exchange(rows_and_items_, 0);
  repetitions_.clear();
  definitions_.clear();
  if (column_.varied) values_.clear();
}

std::string ColumnWriter::levels() const {
  std::string bytes;
  const auto append = [&](std::span<const std::uint32_t> numbers, std::uint32_t number_max) {
    if (number_max == 0) return;
    const std::size_t start = bytes.size();
    append_length(bytes, 0);
    append_hybrid(bytes, numbers, bits_of(number_max));
    put_length(bytes, start, bytes.size() - start - length_size_bytes);
  };
  append(repetitions_, column_.is_list ? 1 : 0);
  append(definitions_, column_.definition_max());
  return bytes;
}

// Of a data page the levels are compressed with the values.
void ColumnWriter::append_page(std::string& pages, PageHeader header, std::string_view levels,
                               std::string_view values) {
  // The first page of a row group decides for all of them.
  if (chunk_.size_bytes == 0) chunk_.compressed = column_.compressed && values_.size() >= compressed_size_bytes_min;
  std::string packed;
  if (chunk_.compressed) {
    packed = levels;
    packed += values;
    packed = zstd_compressed(packed);
  }
  const std::size_t size_bytes = levels.size() + values.size();
  const std::size_t stored_size_bytes = chunk_.compressed ? packed.size() : size_bytes;
  header.size_bytes = static_cast<std::int32_t>(size_bytes);
  header.compressed_size_bytes = static_cast<std::int32_t>(stored_size_bytes);
  const std::size_t start = pages.size();
  append_page_header(pages, header);
  const std::size_t header_size_bytes = pages.size() - start;
  if (chunk_.compressed) {
    pages += packed;
  } else {
    pages += levels;
    pages += values;
  }
  chunk_.size_bytes += static_cast<std::int64_t>(header_size_bytes + size_bytes);
  chunk_.compressed_size_bytes += static_cast<std::int64_t>(header_size_bytes + stored_size_bytes);
}

}  // namespace docmill::parquet_format
