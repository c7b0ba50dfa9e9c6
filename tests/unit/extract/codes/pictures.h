// Codes of which other programs made the modules.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "extract/image/pixel_image.h"

namespace docmill {

using Modules = std::vector<std::string>;  // rows; '#' is dark

/// EAN-13 of 5901234123457 by hand from the tables of ISO/IEC 15420, 40 modules high.
inline Modules ean13_modules() {
  constexpr std::string_view bars =
      "10100010110100111011001100100110111101001110101010110011011011001000010101110010011101000100101";
  std::string row;
  for (const char bar : bars) row += bar == '1' ? '#' : '.';
  return Modules(40, row);
}

/// "docmill reads" at level M, by ReportLab's encoder.
inline Modules qr_modules() {
  return {"#######..#.#..#######", "#.....#..####.#.....#", "#.###.#.###.#.#.###.#", "#.###.#.###...#.###.#",
          "#.###.#.###.#.#.###.#", "#.....#.##.#..#.....#", "#######.#.#.#.#######", "........###..........",
          "#.#####...##..#####..", ".#.##.......#..###..#", "###.#.#...#.#..#.#.#.", "######..##.#.#.#.##..",
          "#...#.#.....###.#..#.", "........##.#...##.#.#", "#######...###.#..#.#.", "#.....#.#...##.#.###.",
          "#.###.#.##.##.#.#..##", "#.###.#.#.#..#.###...", "#.###.#.##.###...##..", "#.....#....###...##..",
          "#######.##..#.###..#."};
}

/// "Жук" in ISO 8859-5 (ECI 7), by Zint.
inline Modules data_matrix_modules() {
  return {"#.#.#.#.#.#.#.", "#..###.##.#..#", "#..##..#.#....", "#.#...#...##.#", "#..#.#..#.###.",
          "###..###.....#", "###.#####.##..", "##..#.##.#.###", "##.#..###..##.", "#.#.#.#......#",
          "#.#..##.#.###.", "#.####.##.#.##", "##..##.#...#..", "##############"};
}

inline GrayImage white_image(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint8_t white = 255;
  return {
      .width_px = width, .height_px = height, .pixels = std::vector<std::uint8_t>(std::size_t{width} * height, white)};
}

/// Each module as `scale` x `scale` pixels, the first one at (left, top).
inline void draw(GrayImage& image, const Modules& modules, std::uint32_t left, std::uint32_t top, std::uint32_t scale) {
  for (std::uint32_t y = 0; y < modules.size() * scale; ++y)
    for (std::uint32_t x = 0; x < modules[0].size() * scale; ++x)
      if (modules[y / scale][x / scale] == '#') image.pixels[((top + y) * std::size_t{image.width_px}) + left + x] = 0;
}

/// A quarter turn, clockwise.
inline GrayImage turned(const GrayImage& image) {
  GrayImage result = white_image(image.height_px, image.width_px);
  for (std::uint32_t y = 0; y < image.height_px; ++y)
    for (std::uint32_t x = 0; x < image.width_px; ++x)
      result.pixels[(x * std::size_t{result.width_px}) + (image.height_px - 1 - y)] =
          image.pixels[(y * std::size_t{image.width_px}) + x];
  return result;
}

}  // namespace docmill
