// PDF's syntax, as far as a dictionary has to be read that PDFium does not show. Pure; takes any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace docmill::pdf {

/// Dictionaries and arrays in each other; what is deeper ends the reading.
inline constexpr int nesting_max = 64;

/// One value's text, from its first byte to its last, within the text that it was read from.
using Value = std::string_view;

/// `text` without white space and comments before the first token.
std::string_view skip_white(std::string_view text);

/// The value at the beginning of `text` (a reference counts as one: "12 0 R"), or nothing where none is whole.
std::optional<Value> read_value(std::string_view text);

/// The value of a dictionary's entry; `dictionary` begins with "<<", or with white space before it.
std::optional<Value> find_entry(std::string_view dictionary, std::string_view key);

/// The values of an array; none where it is no array.
std::vector<Value> elements_of(std::string_view array);

std::optional<std::int64_t> integer_of(std::string_view value);

/// The object's number of "12 0 R".
std::optional<std::uint32_t> reference_of(std::string_view value);

/// The dictionary (or other value) of "12 0 obj <<...>>" at the beginning of `text`, where the number is `number`.
std::optional<std::string_view> object_at(std::string_view text, std::uint32_t number);

}  // namespace docmill::pdf
