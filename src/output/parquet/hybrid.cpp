#include "output/parquet/hybrid.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>

#include "output/parquet/compact_protocol.h"

namespace docmill::parquet_format {
namespace {

constexpr std::size_t group_size = 8;  // numbers are packed in groups of eight, so that each ends with a byte

void append_repeated(std::string& bytes, std::uint32_t number, std::size_t times, unsigned bit_width) {
  append_varint(bytes, times << 1U);
  for (unsigned bit = 0; bit < bit_width; bit += 8) bytes.push_back(static_cast<char>(number >> bit));
}

void append_packed(std::string& bytes, std::span<const std::uint32_t> numbers, unsigned bit_width) {
  const std::size_t groups = (numbers.size() + group_size - 1) / group_size;
  append_varint(bytes, (groups << 1U) | 1U);
  std::uint64_t pending = 0;
  unsigned pending_bits = 0;
  for (std::size_t i = 0; i < groups * group_size; ++i) {
    const std::uint64_t number = i < numbers.size() ? numbers[i] : 0;
    pending |= number << pending_bits;
    for (pending_bits += bit_width; pending_bits >= 8; pending_bits -= 8, pending >>= 8U)
      bytes.push_back(static_cast<char>(pending));
  }
}

}  // namespace

unsigned bits_of(std::uint32_t number_max) { return static_cast<unsigned>(std::bit_width(number_max)); }

void append_hybrid(std::string& bytes, std::span<const std::uint32_t> numbers, unsigned bit_width) {
  if (numbers.empty()) return;
  const bool all_same = std::ranges::adjacent_find(numbers, std::not_equal_to()) == numbers.end();
  if (all_same)
    append_repeated(bytes, numbers.front(), numbers.size(), bit_width);
  else
    append_packed(bytes, numbers, bit_width);
}

}  // namespace docmill::parquet_format
