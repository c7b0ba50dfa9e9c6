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
  std::uint64_t end = 0;                            // first byte after the frame's data
  std::optional<std::uint64_t> transparent_colour;  // where in the file the palette has the transparent colour
};

std::optional<GifFrame> find_first_frame(std::span<const std::byte> bytes);

/// A GIF of the first frame alone, its transparent colour white. giflib decodes every frame before it gives the first,
/// and Leptonica paints transparent pixels in whatever colour the palette has for them.
std::vector<std::byte> first_frame_only(std::span<const std::byte> bytes, const GifFrame& frame);

}  // namespace docmill::image
