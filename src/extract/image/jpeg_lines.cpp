#include "extract/image/jpeg_lines.h"

#include <algorithm>
#include <array>
#include <bit>

#include "extract/image/byte_view.h"

namespace docmill::image {
namespace {

constexpr std::uint8_t start_of_scan = 0xDA, end_of_image = 0xD9;

bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool has_no_length(std::uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

/// In the coded data behind a scan's header no marker but those of restarts stands before the end of the scan.
std::optional<std::uint16_t> lines_behind(std::span<const std::byte> jpeg, std::uint64_t scan) {
  constexpr std::array definition{std::byte{0xFF}, std::byte{0xDC}, std::byte{0}, std::byte{4}};
  if (scan >= jpeg.size()) return std::nullopt;
  const auto found = std::ranges::search(jpeg.subspan(scan), definition);
  if (found.empty()) return std::nullopt;
  const std::uint16_t lines =
      ByteView(jpeg, std::endian::big).u16(static_cast<std::uint64_t>(found.end() - jpeg.begin()));
  return lines == 0 ? std::nullopt : std::optional(lines);
}

}  // namespace

std::optional<DefinedLines> find_defined_lines(std::span<const std::byte> jpeg) {
  const ByteView view(jpeg, std::endian::big);
  std::optional<std::size_t> open;
  for (std::uint64_t at = 2; at + 4 <= view.size();) {
    const std::uint8_t marker = view.u8(at + 1);
    if (view.u8(at) != 0xFF || marker == 0xFF) {
      ++at;
      continue;
    }
    if (is_frame(marker)) {
      if (view.u16(at + 5) != 0) return std::nullopt;
      open = at + 5;
    }
    if (marker == end_of_image || (marker == start_of_scan && !open)) return std::nullopt;
    if (marker == start_of_scan) {
      const auto lines = lines_behind(jpeg, at + 4);
      return lines ? std::optional(DefinedLines{.offset = *open, .lines = *lines}) : std::nullopt;
    }
    at += 2 + (has_no_length(marker) ? 0 : std::max<std::uint64_t>(view.u16(at + 2), 2));
  }
  return std::nullopt;
}

}  // namespace docmill::image
