#include "extract/ocr/lighting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace docmill::ocr {
namespace {

constexpr std::uint32_t tiles_per_side = 64;  // a tile of an A4 page has 4.6 mm: a line of text or two
constexpr std::uint32_t tile_px_min = 8;
constexpr int contrast_min = 24;  // a tile with less holds no ink
constexpr int feature_tiles = 3;  // what is up to twice as wide, and darker than the paper around it, is no shadow
constexpr int even_percent = 82;  // below that one threshold for the page loses text
constexpr std::uint8_t level_min = 24;  // darker paper has no ink that could be told from it

struct Tile {
  std::uint32_t left, top, right, bottom;
};

/// Levels below which a part of the pixels of a tile lie.
struct Levels {
  std::uint8_t twentieth = 0, quarter = 0, half = 0, three_quarters = 0, nineteen_twentieths = 0;
};

Levels levels_of(const GrayImage& image, const Tile& tile) {
  std::array<std::uint32_t, 256> histogram{};
  for (std::uint32_t y = tile.top; y < tile.bottom; ++y) {
    const std::uint8_t* row = image.pixels.data() + (std::size_t{y} * image.width_px);
    for (std::uint32_t x = tile.left; x < tile.right; ++x) ++histogram[row[x]];
  }
  const std::uint32_t count = (tile.right - tile.left) * (tile.bottom - tile.top);
  std::uint32_t below = 0;
  std::size_t level = 0;
  const auto advance_to = [&](std::uint32_t twentieths) {
    while (level < 255 && (below + histogram[level]) * 20 <= count * twentieths) below += histogram[level++];
    return static_cast<std::uint8_t>(level);
  };
  return {.twentieth = advance_to(1),
          .quarter = advance_to(5),
          .half = advance_to(10),
          .three_quarters = advance_to(15),
          .nineteen_twentieths = advance_to(19)};
}

std::vector<Levels> levels_of_tiles(const GrayImage& image, const Lighting& grid) {
  std::vector<Levels> tiles;
  tiles.reserve(std::size_t{grid.columns} * grid.rows);
  for (std::uint32_t row = 0; row < grid.rows; ++row)
    for (std::uint32_t column = 0; column < grid.columns; ++column)
      tiles.push_back(levels_of(image, {.left = column * grid.tile_px,
                                        .top = row * grid.tile_px,
                                        .right = std::min((column + 1) * grid.tile_px, image.width_px),
                                        .bottom = std::min((row + 1) * grid.tile_px, image.height_px)}));
  return tiles;
}

/// Ink covers less than paper, so that most pixels of a tile are near its paper.
bool is_light_on_dark(const std::vector<Levels>& tiles) {
  std::int64_t votes = 0;
  for (const Levels& tile : tiles)
    if (tile.nineteen_twentieths - tile.twentieth >= contrast_min)
      votes += (2 * tile.half) - tile.twentieth - tile.nineteen_twentieths;
  return votes < 0;
}

using Map = std::vector<std::uint8_t>;

/// Every level becomes the one that `choose` takes among those up to `feature_tiles` away along one axis.
template <typename Choose>
Map spread(const Map& map, std::uint32_t length, std::size_t step, std::uint32_t lines, std::size_t line_step,
           Choose choose) {
  Map result(map.size());
  const auto last = static_cast<int>(length) - 1;
  for (std::uint32_t line = 0; line < lines; ++line)
    for (int at = 0; at <= last; ++at) {
      const auto level = [&](int place) { return map[(line * line_step) + (static_cast<std::size_t>(place) * step)]; };
      std::uint8_t chosen = level(at);
      for (int near = std::max(at - feature_tiles, 0); near <= std::min(at + feature_tiles, last); ++near)
        chosen = choose(chosen, level(near));
      result[(line * line_step) + (static_cast<std::size_t>(at) * step)] = chosen;
    }
  return result;
}

/// A morphological closing: dark features vanish, the slow change of light stays.
Map without_dark_features(Map map, std::uint32_t columns, std::uint32_t rows) {
  const auto brighter = [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); };
  const auto darker = [](std::uint8_t a, std::uint8_t b) { return std::min(a, b); };
  map = spread(map, columns, 1, rows, columns, brighter);
  map = spread(map, rows, columns, columns, 1, brighter);
  map = spread(map, columns, 1, rows, columns, darker);
  return spread(map, rows, columns, columns, 1, darker);
}

std::uint8_t quantile(Map map, std::size_t percent) {
  const auto place = map.begin() + static_cast<std::ptrdiff_t>((map.size() - 1) * percent / 100);
  std::ranges::nth_element(map, place);
  return *place;
}

void invert(GrayImage& image) {
  for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
}

/// The factor in 16.16 fixed point that makes paper white.
std::int32_t gain_for(double level) {
  return static_cast<std::int32_t>(std::ceil(255 * 65536 / std::max<double>(level, level_min)));
}

std::uint8_t brightened(std::uint8_t pixel, std::int32_t gain) {
  return static_cast<std::uint8_t>(std::min((pixel * gain) >> 16, 255));
}

void brighten(GrayImage& image, std::uint8_t level) {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t pixel = 0; pixel < table.size(); ++pixel)
    table[pixel] = brightened(static_cast<std::uint8_t>(pixel), gain_for(level));
  for (std::uint8_t& pixel : image.pixels) pixel = table[pixel];
}

/// The factors at the centres of the tiles of a column of the map, for a row of pixels; the outermost ones twice, for
/// the pixels beyond.
std::vector<std::int32_t> gains_of_row(const Lighting& lighting, std::uint32_t y, std::uint32_t tile_px) {
  const double place = std::clamp(((y + 0.5) / tile_px) - 0.5, 0.0, lighting.rows - 1.0);
  const auto above = static_cast<std::size_t>(place);
  const std::size_t below = std::min<std::size_t>(above + 1, lighting.rows - 1);
  std::vector<std::int32_t> gains{0};
  for (std::size_t column = 0; column < lighting.columns; ++column)
    gains.push_back(
        gain_for(std::lerp(lighting.levels[(above * lighting.columns) + column],
                           lighting.levels[(below * lighting.columns) + column], place - static_cast<double>(above))));
  gains.front() = gains[1];
  gains.push_back(gains.back());
  return gains;
}

void brighten_unevenly(GrayImage& image, const Lighting& lighting, std::uint32_t tile_px) {
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const std::vector<std::int32_t> gains = gains_of_row(lighting, y, tile_px);
    std::uint8_t* row = image.pixels.data() + (std::size_t{y} * image.width_px);
    std::uint32_t x = 0;
    // From centre to centre the factor changes by equal steps.
    for (std::size_t tile = 0; x < image.width_px; ++tile) {
      const auto end = std::min<std::size_t>((tile * tile_px) + (tile_px / 2), image.width_px);
      const std::int32_t step = (gains[tile + 1] - gains[tile]) / static_cast<std::int32_t>(tile_px);
      for (std::int32_t gain = gains[tile]; x < end; ++x, gain += step) row[x] = brightened(row[x], gain);
    }
  }
}

}  // namespace

Lighting measure_lighting(const GrayImage& image) {
  Lighting lighting;
  lighting.tile_px = std::max(tile_px_min, std::max(image.width_px, image.height_px) / tiles_per_side);
  lighting.columns = (image.width_px + lighting.tile_px - 1) / lighting.tile_px;
  lighting.rows = (image.height_px + lighting.tile_px - 1) / lighting.tile_px;
  const std::vector<Levels> tiles = levels_of_tiles(image, lighting);
  lighting.light_on_dark = is_light_on_dark(tiles);
  Map paper;
  for (const Levels& tile : tiles)
    paper.push_back(lighting.light_on_dark ? static_cast<std::uint8_t>(255 - tile.quarter) : tile.three_quarters);
  lighting.level = quantile(paper, 75);
  // The darkest tenth may be pictures, or the table on which the page lies.
  lighting.even = quantile(paper, 10) * 100 >= quantile(paper, 95) * even_percent;
  lighting.levels = without_dark_features(std::move(paper), lighting.columns, lighting.rows);
  return lighting;
}

void even_out(GrayImage& image, const Lighting& lighting, std::uint32_t scale) {
  if (lighting.light_on_dark) invert(image);
  if (lighting.even)
    brighten(image, lighting.level);
  else
    brighten_unevenly(image, lighting, lighting.tile_px * scale);
}

}  // namespace docmill::ocr
