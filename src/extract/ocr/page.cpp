#include "extract/ocr/page.h"

#include <algorithm>
#include <utility>

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
  return std::max(1U, (std::max(image.width_px, image.height_px) + (survey_side_px / 2)) / survey_side_px);
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
  bool first = true;
  for (std::size_t i = 0; i < ink.components.size(); ++i) {
    const Component& cc = ink.components[i];
    if (specks[i] || cc.left == 0 || cc.top == 0 || cc.right >= int(survey.width_px) ||
        cc.bottom >= int(survey.height_px))
      continue;
    const Component c = scaled(ink.components[i], scale);
    for (const Point corner : {Point{double(c.left), double(c.top)}, Point{double(c.right), double(c.top)},
                               Point{double(c.left), double(c.bottom)}, Point{double(c.right), double(c.bottom)}}) {
      const Point p = turned(corner, page.lines.skew_deg);
      if (std::exchange(first, false)) page.text = {.left = p.x, .top = p.y, .right = p.x, .bottom = p.y};
      page.text = {.left = std::min(page.text.left, p.x),
                   .top = std::min(page.text.top, p.y),
                   .right = std::max(page.text.right, p.x),
                   .bottom = std::max(page.text.bottom, p.y)};
    }
  }
  page.lines = scaled(std::move(page.lines), scale);
  return page;
}

}  // namespace docmill::ocr
