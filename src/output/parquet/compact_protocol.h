// Thrift's compact protocol, as far as Parquet's metadata needs it: values and structures into bytes.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace docmill::parquet_format {

/// LEB128: seven bits a byte, the lowest first.
inline void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) bytes.push_back(static_cast<char>(value | 0x80U));
  bytes.push_back(static_cast<char>(value));
}

class CompactWriter {
 public:
  /// What is written goes behind what is in `bytes`.
  explicit CompactWriter(std::string& bytes) : bytes_(bytes) {}

  /// Fields of the structure that is being written, in ascending order of their ids.
  void boolean(int id, bool value) { field(id, value ? Type::boolean_true : Type::boolean_false); }
  void i8(int id, std::int8_t value) {
    field(id, Type::i8);
    bytes_.push_back(static_cast<char>(value));
  }
  void i32(int id, std::int32_t value) {
    field(id, Type::i32);
    append_varint(bytes_, zigzag(value));
  }
  void i64(int id, std::int64_t value) {
    field(id, Type::i64);
    append_varint(bytes_, zigzag(value));
  }
  void binary(int id, std::string_view value) {
    field(id, Type::binary);
    append_binary(value);
  }
  template <typename Body>
  void structure(int id, Body&& body) {
    field(id, Type::structure);
    element(std::forward<Body>(body));
  }

  void list_of_i32(int id, std::span<const std::int32_t> values) {
    list(id, Type::i32, values.size());
    for (const std::int32_t value : values) append_varint(bytes_, zigzag(value));
  }
  void list_of_binary(int id, std::span<const std::string_view> values) {
    list(id, Type::binary, values.size());
    for (const std::string_view value : values) append_binary(value);
  }
  /// Begins a list; each of its structures follows as an element().
  void list_of_structures(int id, std::size_t size) { list(id, Type::structure, size); }
  /// A structure without an id: of a list, or the outermost one.
  template <typename Body>
  void element(Body&& body) {
    const int outer = std::exchange(last_id_, 0);
    std::forward<Body>(body)();
    bytes_.push_back(0);
    last_id_ = outer;
  }
  /// Structures that were written before.
  void append_elements(std::string_view elements) { bytes_ += elements; }

 private:
  enum class Type : std::uint8_t {
    boolean_true = 1,
    boolean_false = 2,
    i8 = 3,
    i32 = 5,
    i64 = 6,
    binary = 8,
    list = 9,
    structure = 12
  };

  static std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
  }
  static char packed(std::size_t high, Type low) {
    return static_cast<char>((high << 4U) | static_cast<unsigned>(std::to_underlying(low)));
  }
  // Parquet's ids lie close together: the short form, a difference of at most 15, does for all of them.
  void field(int id, Type type) {
    bytes_.push_back(packed(static_cast<std::size_t>(id - last_id_), type));
    last_id_ = id;
  }
  void list(int id, Type type, std::size_t size) {
    field(id, Type::list);
    bytes_.push_back(packed(size < 15 ? size : 15, type));
    if (size >= 15) append_varint(bytes_, size);
  }
  void append_binary(std::string_view value) {
    append_varint(bytes_, value.size());
    bytes_ += value;
  }

  std::string& bytes_;
  int last_id_ = 0;
};

}  // namespace docmill::parquet_format
