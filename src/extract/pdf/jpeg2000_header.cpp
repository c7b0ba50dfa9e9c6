#include "extract/pdf/jpeg2000_header.h"

namespace docmill::pdf {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t start_of_codestream_and_siz = 0xFF4FFF51;
constexpr std::uint32_t jp2_signature = 0x6A502020;   // "jP  "
constexpr std::uint32_t codestream_box = 0x6A703263;  // "jp2c"

/// Big-endian number at `at`; nothing past the end.
std::optional<std::uint64_t> number_at(Bytes bytes, std::size_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return std::nullopt;
  std::uint64_t value = 0;
  for (const std::byte b : bytes.subspan(at, size)) value = value << 8 | std::to_integer<std::uint64_t>(b);
  return value;
}

std::optional<Jpeg2000Header> read_siz(Bytes codestream) {
  if (number_at(codestream, 0, 4) != start_of_codestream_and_siz) return std::nullopt;
  const auto right = number_at(codestream, 8, 4);
  const auto bottom = number_at(codestream, 12, 4);
  const auto left = number_at(codestream, 16, 4);
  const auto top = number_at(codestream, 20, 4);
  const auto components = number_at(codestream, 40, 2);
  if (!components || *right <= *left || *bottom <= *top || *components == 0) return std::nullopt;
  return Jpeg2000Header{.width_px = static_cast<std::uint32_t>(*right - *left),
                        .height_px = static_cast<std::uint32_t>(*bottom - *top),
                        .components = static_cast<std::uint16_t>(*components)};
}

/// Walk the boxes of the file; each but the last says where the next one begins, so this ends.
std::optional<Jpeg2000Header> read_boxes(Bytes file) {
  while (true) {
    const auto short_size = number_at(file, 0, 4);
    const auto type = number_at(file, 4, 4);
    if (!short_size || !type) return std::nullopt;
    const bool is_long = *short_size == 1;
    const std::size_t header_size = is_long ? 16 : 8;
    const auto size = is_long ? number_at(file, 8, 8) : short_size;
    if (!size || header_size > file.size()) return std::nullopt;
    if (*type == codestream_box) return read_siz(file.subspan(header_size));
    if (*size < header_size || *size > file.size()) return std::nullopt;  // 0: up to the end, so no box follows
    file = file.subspan(*size);
  }
}

}  // namespace

std::optional<Jpeg2000Header> read_jpeg2000_header(Bytes bytes) {
  return number_at(bytes, 4, 4) == jp2_signature ? read_boxes(bytes) : read_siz(bytes);
}

}  // namespace docmill::pdf
