// Numbers out of foreign bytes, without a way to read past their end.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace docmill::image {

/// Bytes beyond the end read as zero: header fields are then zero, which no valid header has, so that every reader
/// needs one check at its end and none per field. Does not own the bytes.
class ByteView {
 public:
  ByteView(std::span<const std::byte> bytes, std::endian order) : bytes_(bytes), order_(order) {}

  std::uint64_t size() const { return bytes_.size(); }

  std::uint8_t u8(std::uint64_t at) const {
    return at < bytes_.size() ? std::to_integer<std::uint8_t>(bytes_[at]) : std::uint8_t{0};
  }
  std::uint16_t u16(std::uint64_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u24(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 3)); }
  std::uint32_t u32(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }

  bool has(std::uint64_t at, std::string_view expected) const {
    if (at > bytes_.size() || bytes_.size() - at < expected.size()) return false;
    return std::string_view(reinterpret_cast<const char*>(bytes_.data()) + at, expected.size()) == expected;
  }

  /// At most `count` bytes from `at`; fewer, or none, where the bytes end.
  std::span<const std::byte> slice(std::uint64_t at, std::uint64_t count) const {
    if (at >= bytes_.size()) return {};
    return bytes_.subspan(at, std::min<std::uint64_t>(count, bytes_.size() - at));
  }

 private:
  std::uint64_t number(std::uint64_t at, unsigned length) const {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < length; ++i) {
      const unsigned place = order_ == std::endian::big ? length - 1 - i : i;
      value |= std::uint64_t{at <= UINT64_MAX - i ? u8(at + i) : std::uint8_t{0}} << (8 * place);
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  std::endian order_;
};

}  // namespace docmill::image
