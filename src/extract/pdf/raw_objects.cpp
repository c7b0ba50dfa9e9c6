#include "extract/pdf/raw_objects.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "extract/pdf/readable.h"
#include "extract/pdf/syntax.h"

namespace docmill::pdf {
namespace {

/// All that zlib finds from the beginning of `data` on; nothing where that is damaged or longer.
std::optional<std::string> inflated(std::string_view data, std::size_t size_bytes_max) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib reads it
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), UINT32_MAX));
  std::string result;
  int status = Z_OK;
  while (status == Z_OK && result.size() < size_bytes_max) {
    std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): zlib fills it
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = ::inflate(&stream, Z_NO_FLUSH);
    result.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? std::optional(std::move(result)) : std::nullopt;
}

std::uint8_t paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

/// PNG's filters (ISO/IEC 15948, 9.2) over rows of single bytes, taken back.
std::optional<std::string> unfiltered(std::string_view filtered, std::size_t columns) {
  const std::size_t rows = filtered.size() / (columns + 1);
  std::string result(rows * columns, '\0');
  const auto at = [&](std::size_t row, std::size_t column) {  // counted from 1; 0 is outside
    return row == 0 || column == 0 ? 0 : static_cast<std::uint8_t>(result[((row - 1) * columns) + column - 1]);
  };
  for (std::size_t row = 1; row <= rows; ++row) {
    const std::string_view bytes = filtered.substr((row - 1) * (columns + 1), columns + 1);
    for (std::size_t column = 1; column <= columns; ++column) {
      const int left = at(row, column - 1);
      const int above = at(row - 1, column);
      int predicted = 0;
      switch (bytes[0]) {
        case 0:
          break;
        case 1:
          predicted = left;
          break;
        case 2:
          predicted = above;
          break;
        case 3:
          predicted = (left + above) / 2;
          break;
        case 4:
          predicted = paeth(left, above, at(row - 1, column - 1));
          break;
        default:
          return std::nullopt;
      }
      result[((row - 1) * columns) + column - 1] =
          static_cast<char>(static_cast<std::uint8_t>(bytes[column]) + predicted);
    }
  }
  return result;
}

/// The name, or the one name of an array.
std::string_view single(std::optional<Value> value) {
  if (!value) return {};
  const std::vector<Value> elements = elements_of(*value);
  return elements.size() == 1 ? elements.front() : *value;
}

/// What follows the keyword "stream" behind the dictionary.
std::optional<std::string_view> data_behind(std::string_view dictionary, std::string_view text) {
  text.remove_prefix(static_cast<std::size_t>(dictionary.data() - text.data()) + dictionary.size());
  text = skip_white(text);
  if (!text.starts_with("stream")) return std::nullopt;
  text.remove_prefix(6);
  if (text.starts_with("\r\n")) return text.substr(2);
  return text.starts_with('\n') || text.starts_with('\r') ? std::optional(text.substr(1)) : std::nullopt;
}

std::size_t size_or(std::optional<Value> value, std::size_t fallback) {
  const auto number = value ? integer_of(*value) : std::nullopt;
  constexpr std::int64_t most = std::int64_t{1} << 31;
  return number && *number >= 0 && *number < most ? static_cast<std::size_t>(*number) : fallback;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace

std::optional<RawObjects> RawObjects::open(std::string_view document) {
  RawObjects objects(document);
  return objects.follow_tables() ? std::optional(std::move(objects)) : std::nullopt;
}

bool RawObjects::follow_tables() {
  std::set<std::size_t> seen;
  auto offset = find_startxref(document_);
  while (offset && *offset < document_.size() && seen.size() < cross_references_max && seen.insert(*offset).second) {
    const bool is_table = skip_white(document_.substr(*offset)).starts_with("xref");
    const auto dictionary = is_table ? read_table(*offset) : read_stream(*offset);
    if (!dictionary) return false;
    if (trailer_.empty()) trailer_ = *dictionary;
    encrypted_ |= find_entry(*dictionary, "Encrypt").has_value();
    // A hybrid file: what only newer readers shall see.
    if (const auto hidden = find_entry(*dictionary, "XRefStm"); hidden && is_table)
      if (const std::size_t at = size_or(hidden, document_.size()); at >= document_.size() || !read_stream(at))
        return false;
    const auto previous = find_entry(*dictionary, "Prev");
    if (!previous) return true;
    offset = size_or(previous, document_.size());
  }
  return false;
}

/// A table of text, whose rows have 20 bytes each. The dictionary behind it.
std::optional<std::string_view> RawObjects::read_table(std::size_t offset) {
  constexpr std::size_t row_size = 20;
  std::string_view text = skip_white(document_.substr(offset));
  text.remove_prefix(4);
  for (text = skip_white(text); !text.starts_with("trailer"); text = skip_white(text)) {
    const auto first = read_value(text);
    const auto count = first ? read_value(skip_white(text.substr(first->size()))) : std::nullopt;
    if (!count || !integer_of(*first) || !integer_of(*count)) return std::nullopt;
    const std::size_t rows = size_or(count, 0);
    const std::size_t heading = static_cast<std::size_t>(count->data() - text.data()) + count->size();
    text = skip_white(text.substr(heading));
    if (text.size() / row_size < rows) return std::nullopt;
    sections_.push_back({.first = static_cast<std::uint32_t>(size_or(first, 0)),
                         .count = static_cast<std::uint32_t>(rows),
                         .at = static_cast<std::size_t>(text.data() - document_.data())});
    text.remove_prefix(rows * row_size);
  }
  text.remove_prefix(7);
  return read_value(skip_white(text));
}

std::optional<std::string_view> RawObjects::read_stream(std::size_t offset) {
  const std::string_view text = skip_white(document_.substr(offset));
  const auto number = integer_of(text);
  const auto body = number ? object_at(text, static_cast<std::uint32_t>(*number)) : std::nullopt;
  const auto dictionary = body ? read_value(*body) : std::nullopt;
  const auto widths = dictionary ? find_entry(*dictionary, "W") : std::nullopt;
  auto bytes = widths ? inflate(*dictionary) : std::nullopt;
  if (!bytes) return std::nullopt;
  Stream stream{.bytes = *std::move(bytes)};
  const std::vector<Value> columns = elements_of(*widths);
  constexpr std::size_t width_max = 8;
  if (columns.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    stream.widths[i] = size_or(columns[i], width_max + 1);
    if (stream.widths[i] > width_max) return std::nullopt;
  }
  const std::size_t row_size = stream.widths[0] + stream.widths[1] + stream.widths[2];
  const auto index = find_entry(*dictionary, "Index");
  const std::vector<Value> ranges =
      index ? elements_of(*index) : std::vector<Value>{"0", find_entry(*dictionary, "Size").value_or("0")};
  std::size_t at = 0;
  for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) {
    const std::size_t count = size_or(ranges[i + 1], 0);
    if (row_size == 0 || (stream.bytes.size() - at) / row_size < count) return std::nullopt;
    sections_.push_back({.first = static_cast<std::uint32_t>(size_or(ranges[i], 0)),
                         .count = static_cast<std::uint32_t>(count),
                         .at = at,
                         .stream = static_cast<int>(streams_.size())});
    at += count * row_size;
  }
  streams_.push_back(std::move(stream));
  return dictionary;
}

/// The stream behind the dictionary, which is a part of the document.
std::optional<std::string> RawObjects::inflate(std::string_view dictionary) {
  const auto data =
      data_behind(dictionary, document_.substr(static_cast<std::size_t>(dictionary.data() - document_.data())));
  if (!data || single(find_entry(dictionary, "Filter")) != "/FlateDecode") return std::nullopt;
  auto bytes = inflated(*data, inflated_size_bytes_max - inflated_size_bytes_);
  if (bytes) inflated_size_bytes_ += bytes->size();
  const std::string_view parameters = single(find_entry(dictionary, "DecodeParms"));
  const std::size_t predictor = size_or(find_entry(parameters, "Predictor"), 1);
  if (!bytes || predictor < 10) return predictor == 1 ? std::move(bytes) : std::nullopt;
  const std::size_t columns = size_or(find_entry(parameters, "Columns"), 1);
  if (columns == 0 || size_or(find_entry(parameters, "Colors"), 1) != 1 ||
      size_or(find_entry(parameters, "BitsPerComponent"), 8) != 8)
    return std::nullopt;
  return unfiltered(*bytes, columns);
}

std::optional<RawObjects::Location> RawObjects::locate(std::uint32_t number) const {
  for (const Section& section : sections_) {
    if (number < section.first || number - section.first >= section.count) continue;
    // A free entry of a hybrid file's table hides nothing.
    if (const auto location = entry_of(section, number)) return location;
  }
  return std::nullopt;
}

std::optional<RawObjects::Location> RawObjects::entry_of(const Section& section, std::uint32_t number) const {
  const std::size_t row = number - section.first;
  if (section.stream < 0) {
    constexpr std::size_t row_size = 20;
    const std::string_view entry = document_.substr(section.at + (row * row_size), row_size);
    const auto offset = integer_of(entry);
    if (entry[17] != 'n' || !offset || *offset <= 0) return std::nullopt;
    return Location{.offset = static_cast<std::uint64_t>(*offset)};
  }
  const Stream& stream = streams_[static_cast<std::size_t>(section.stream)];
  const auto& [w0, w1, w2] = stream.widths;
  const std::string_view entry =
      std::string_view(stream.bytes).substr(section.at + (row * (w0 + w1 + w2)), w0 + w1 + w2);
  const std::uint64_t type = w0 == 0 ? 1 : big_endian(entry.substr(0, w0));
  const std::uint64_t second = big_endian(entry.substr(w0, w1));
  constexpr std::uint64_t in_document = 1;
  constexpr std::uint64_t in_stream = 2;
  if (type == in_document) return Location{.offset = second};
  if (type != in_stream || second == 0 || second > UINT32_MAX) return std::nullopt;
  return Location{.stream = static_cast<std::uint32_t>(second),
                  .index = static_cast<std::uint32_t>(big_endian(entry.substr(w0 + w1, w2)))};
}

std::optional<RawObjects::Object> RawObjects::find(std::uint32_t number) {
  const auto location = locate(number);
  if (!location) return std::nullopt;
  if (location->stream == 0) {
    if (location->offset >= document_.size()) return std::nullopt;
    const auto text = object_at(document_.substr(location->offset), number);
    return text ? std::optional(Object{.text = *text}) : std::nullopt;
  }
  const ObjectStream* stream = open_object_stream(location->stream);
  if (stream == nullptr) return std::nullopt;
  const auto offset = stream->offsets.find(number);
  if (offset == stream->offsets.end()) return std::nullopt;
  return Object{.text = std::string_view(stream->bytes).substr(offset->second), .in_stream = true};
}

std::optional<RawObjects::Object> RawObjects::resolve(std::string_view value) {
  const auto number = reference_of(value);
  return number ? find(*number) : std::optional(Object{.text = value});
}

const RawObjects::ObjectStream* RawObjects::open_object_stream(std::uint32_t number) {
  if (const auto known = object_streams_.find(number); known != object_streams_.end()) return &known->second;
  const auto location = encrypted_ ? std::nullopt : locate(number);
  if (!location || location->stream != 0 || location->offset >= document_.size()) return nullptr;
  const auto text = object_at(document_.substr(location->offset), number);
  const auto dictionary = text ? read_value(*text) : std::nullopt;
  auto bytes = dictionary ? inflate(*dictionary) : std::nullopt;
  if (!bytes) return nullptr;
  ObjectStream& stream = object_streams_[number];
  stream.bytes = *std::move(bytes);
  const std::size_t first = size_or(find_entry(*dictionary, "First"), 0);
  std::string_view heading = std::string_view(stream.bytes).substr(0, first);
  while (const auto object = read_value(heading)) {
    heading.remove_prefix(static_cast<std::size_t>(object->data() - heading.data()) + object->size());
    const auto offset = read_value(heading);
    if (!offset) break;
    heading.remove_prefix(static_cast<std::size_t>(offset->data() - heading.data()) + offset->size());
    const std::size_t at = first + size_or(offset, stream.bytes.size());
    if (at < stream.bytes.size()) stream.offsets[static_cast<std::uint32_t>(size_or(object, 0))] = at;
  }
  return &stream;
}

}  // namespace docmill::pdf
