// Colours to gray: ITU-R BT.601 luma, laid over white.
#pragma once

#include <cstdint>

namespace docmill::image {

constexpr std::uint8_t luma(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return static_cast<std::uint8_t>(((19595 * red) + (38470 * green) + (7471 * blue) + 0x8000) >> 16U);
}

/// `alpha` times `gray` and the rest of what lies below.
constexpr std::uint8_t over(std::uint32_t background, std::uint32_t gray, std::uint32_t alpha) {
  return static_cast<std::uint8_t>(((gray * alpha) + (background * (255 - alpha)) + 127) / 255);
}

constexpr std::uint8_t over_white(std::uint32_t gray, std::uint32_t alpha) { return over(255, gray, alpha); }

/// Inks on white paper, 255 being full cover.
constexpr std::uint8_t luma_of_inks(std::uint32_t cyan, std::uint32_t magenta, std::uint32_t yellow,
                                    std::uint32_t black) {
  const auto light = [&](std::uint32_t ink) { return ((255 - ink) * (255 - black) + 127) / 255; };
  return luma(light(cyan), light(magenta), light(yellow));
}

}  // namespace docmill::image
