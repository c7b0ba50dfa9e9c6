// The first frame of a GIF, and how to cut an animation down to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace docmill::image {

struct GifFrame {
  std::uint16_t width_px = 0, height_px = 0;
  std::uint64_t at = 0, end = 0;  // its descriptor, and the first byte after its data
  bool is_last = true;
};

std::optional<GifFrame> find_first_frame(std::span<const std::byte> bytes);

/// A GIF of the first frame alone, as large as this frame: the logical screen may be much larger, or nothing.
std::vector<std::byte> first_frame_only(std::span<const std::byte> bytes, const GifFrame& frame);

}  // namespace docmill::image
