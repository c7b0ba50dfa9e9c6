// Colours to gray: ITU-R BT.601 luma. And how a decoder writes a row of pixels, which are gray or have their colours.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace docmill::image {

constexpr std::uint8_t luma(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return static_cast<std::uint8_t>(((19595 * red) + (38470 * green) + (7471 * blue) + 0x8000) >> 16U);
}

/// `alpha` times `value` and the rest of what lies below.
constexpr std::uint8_t over(std::uint32_t background, std::uint32_t value, std::uint32_t alpha) {
  return static_cast<std::uint8_t>(((value * alpha) + (background * (255 - alpha)) + 127) / 255);
}

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;

  constexpr std::uint8_t gray() const { return luma(red, green, blue); }
  static constexpr Colour of_gray(std::uint8_t value) { return {.red = value, .green = value, .blue = value}; }
};
inline constexpr Colour white_paper = Colour::of_gray(255);

/// Inks on white paper, 255 being full cover.
constexpr Colour colour_of_inks(std::uint32_t cyan, std::uint32_t magenta, std::uint32_t yellow, std::uint32_t black) {
  const auto light = [&](std::uint32_t ink) {
    return static_cast<std::uint8_t>(((255 - ink) * (255 - black) + 127) / 255);
  };
  return {.red = light(cyan), .green = light(magenta), .blue = light(yellow)};
}

/// A row of pixels with 1 sample, which is gray, or 3: blue, green and red.
class PixelRow {
 public:
  PixelRow(std::span<std::uint8_t> bytes, std::uint32_t samples) : bytes_(bytes), samples_(samples) {}

  std::size_t size() const { return bytes_.size() / samples_; }

  void put(std::size_t x, Colour colour) {
    if (samples_ == 1) {
      bytes_[x] = colour.gray();
    } else {
      bytes_[3 * x] = colour.blue;
      bytes_[(3 * x) + 1] = colour.green;
      bytes_[(3 * x) + 2] = colour.red;
    }
  }

  /// Laid over a background.
  void put(std::size_t x, Colour colour, std::uint32_t alpha, Colour background = white_paper) {
    if (samples_ == 1) {
      bytes_[x] = over(background.gray(), colour.gray(), alpha);
    } else {
      bytes_[3 * x] = over(background.blue, colour.blue, alpha);
      bytes_[(3 * x) + 1] = over(background.green, colour.green, alpha);
      bytes_[(3 * x) + 2] = over(background.red, colour.red, alpha);
    }
  }

  /// A colour that was multiplied with its opacity, over white.
  void put_multiplied(std::size_t x, Colour colour, std::uint32_t alpha) {
    const auto lit = [&](std::uint32_t value) {
      return static_cast<std::uint8_t>(std::min<std::uint32_t>(255, value + 255 - alpha));
    };
    if (samples_ == 1)
      bytes_[x] = lit(colour.gray());
    else
      put(x, {.red = lit(colour.red), .green = lit(colour.green), .blue = lit(colour.blue)});
  }

 private:
  std::span<std::uint8_t> bytes_;
  std::uint32_t samples_;
};

}  // namespace docmill::image
