#include "extract/ocr/page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "extract/ocr/components.h"
#include "extract/ocr/dirt.h"
#include "extract/ocr/grain.h"
#include "extract/ocr/lighting.h"
#include "extract/ocr/reduce.h"

namespace docmill::ocr {
namespace {

// A survey of A4 at 150 to 250 dpi: letters of 8 points are 9 to 15 pixels high.
constexpr std::uint32_t survey_side_px = 1700;
constexpr double grain_min = 9;  // less does not keep Tesseract from finding lines
constexpr double margin = 1.5;   // around text, in heights of a letter
// Tesseract's time goes with the length of lines, and sharp letters can be read a little narrower than they are.
constexpr double narrow = 0.94;
constexpr double sharp_step_min = 0.8;  // smaller letters are enlarged, and have no detail to spare
constexpr double sample_side = 30;      // in heights of a letter: a dozen lines of four words

std::uint32_t survey_scale(const GrayImage& image) {
  const auto [shorter, longer] = std::minmax(image.width_px, image.height_px);
  return std::clamp((longer + (survey_side_px / 2)) / survey_side_px, 1U, shorter);
}

Component scaled(const Component& c, std::uint32_t by) {
  const auto factor = static_cast<std::int32_t>(by);
  return {.left = c.left * factor,
          .top = c.top * factor,
          .right = c.right * factor,
          .bottom = c.bottom * factor,
          .ink_px = c.ink_px * factor * factor};
}

TextLines scaled(TextLines lines, std::uint32_t by) {
  for (Component& letter : lines.letters) letter = scaled(letter, by);
  lines.height_px *= by;
  return lines;
}

Box box_of(const Component& c) {
  return {.left = static_cast<double>(c.left),
          .top = static_cast<double>(c.top),
          .right = static_cast<double>(c.right),
          .bottom = static_cast<double>(c.bottom)};
}

/// A bar on which light letters may stand, as in the head of a table.
bool could_be_bar(const Component& c, const TextLines& lines) {
  constexpr double height_min = 1.2, height_max = 6, length_min = 3;  // in heights of a letter
  const auto [length, height] = lines.vertical ? std::pair(c.height(), c.width()) : std::pair(c.width(), c.height());
  return height >= height_min * lines.height_px && height <= height_max * lines.height_px &&
         length >= length_min * lines.height_px && 2 * c.ink_px >= c.width() * c.height();
}

Box find_text(const std::vector<Component>& components, const TextLines& lines, std::uint32_t scale) {
  Box text = nowhere;
  for (const Component& c : components)
    if (lines.could_be_letter(c) || could_be_bar(c, lines))
      text = around(text, turned(box_of(scaled(c, scale)), lines.skew_deg));
  return text;
}

}  // namespace

Page prepare(const GrayImage& scan) {
  Page page{.image = measure_grain(scan) > grain_min ? without_grain(scan) : scan, .lines = {}, .text = {}};
  const std::uint32_t scale = survey_scale(scan);
  GrayImage survey = reduced(page.image, scale);
  const Lighting lighting = measure_lighting(survey);
  even_out(survey, lighting, 1);
  const Ink ink = find_ink(survey, find_threshold(survey));
  page.lines = find_text_lines(ink.components);
  if (page.lines.letters.empty()) return page;
  even_out(page.image, lighting, scale);
  erase(page.image, ink, find_specks(ink.components, page.lines), scale);
  page.text = find_text(ink.components, page.lines, scale);
  page.lines = scaled(std::move(page.lines), scale);
  return page;
}

Box sample_of(const Page& page) {
  const double side = sample_side * page.lines.height_px;
  if (std::max(page.text.right - page.text.left, page.text.bottom - page.text.top) <= 2 * side) return page.text;
  std::map<std::pair<int, int>, int> letters;  // by row and column of squares
  for (const Component& letter : page.lines.letters) {
    const Box place = turned(box_of(letter), page.lines.skew_deg);
    ++letters[{static_cast<int>(std::floor(place.top / side)), static_cast<int>(std::floor(place.left / side))}];
  }
  const auto& [row, column] =
      std::ranges::max_element(letters, {}, [](const auto& square) { return square.second; })->first;
  return {.left = column * side, .top = row * side, .right = (column + 1) * side, .bottom = (row + 1) * side};
}

Placement upright(const Page& page, const Box& part, std::int32_t turn_deg, double letter_px) {
  const double border = margin * page.lines.height_px;
  const Box region = turned({.left = part.left - border,
                             .top = part.top - border,
                             .right = part.right + border,
                             .bottom = part.bottom + border},
                            turn_deg);
  const double step = page.lines.height_px / letter_px;
  const double breadth = step < sharp_step_min ? 1 : narrow;
  return place({.turn_deg = turn_deg + page.lines.skew_deg, .step_x = step / breadth, .step_y = step}, region);
}

}  // namespace docmill::ocr
