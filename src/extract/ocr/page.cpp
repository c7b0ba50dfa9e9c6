#include "extract/ocr/page.h"

#include <algorithm>
#include <cstddef>
#include <optional>
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

bool touches_the_edge(const Component& c, const GrayImage& image) {
  return c.left == 0 || c.top == 0 || c.right >= static_cast<std::int32_t>(image.width_px) ||
         c.bottom >= static_cast<std::int32_t>(image.height_px);
}

Box around(const Box& a, const Box& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

/// The box around a component after the page was turned.
Box turned_box(const Component& c, double turn_deg) {
  const auto corner = [&](std::int32_t x, std::int32_t y) {
    const Point point = turned({.x = static_cast<double>(x), .y = static_cast<double>(y)}, turn_deg);
    return Box{.left = point.x, .top = point.y, .right = point.x, .bottom = point.y};
  };
  return around(around(corner(c.left, c.top), corner(c.right, c.top)),
                around(corner(c.left, c.bottom), corner(c.right, c.bottom)));
}

/// Around all that is no speck. What runs off the page is its dark edge, unless it could be a letter.
Box find_text(const GrayImage& survey, const Ink& ink, const std::vector<bool>& specks, const TextLines& lines,
              std::uint32_t scale) {
  std::optional<Box> text;
  for (std::size_t i = 0; i < ink.components.size(); ++i) {
    const Component& component = ink.components[i];
    if (specks[i] || (touches_the_edge(component, survey) && !lines.could_be_letter(component))) continue;
    const Box box = turned_box(scaled(component, scale), lines.skew_deg);
    text = text ? around(*text, box) : box;
  }
  return text.value_or(Box{});
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
  const std::vector<bool> specks = find_specks(ink.components, page.lines);
  erase(page.image, ink, specks, scale);
  page.text = find_text(survey, ink, specks, page.lines, scale);
  page.lines = scaled(std::move(page.lines), scale);
  return page;
}

}  // namespace docmill::ocr
