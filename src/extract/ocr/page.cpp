#include "extract/ocr/page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "extract/ink.h"
#include "extract/ocr/components.h"
#include "extract/ocr/dirt.h"
#include "extract/ocr/grain.h"
#include "extract/ocr/lighting.h"
#include "extract/ocr/reduce.h"
#include "extract/ocr/rules.h"

namespace docmill::ocr {
namespace {

// A survey of A4 at 150 to 250 dpi: letters of 8 points are 9 to 15 pixels high.
constexpr std::uint32_t survey_side_px = 1700, survey_width_px = 1200;
constexpr double small_print_max = 0.7;  // in heights of a letter
constexpr double grain_min = 9;          // less does not keep Tesseract from finding lines
constexpr double margin = 1.5;           // around text, in heights of a letter
// Tesseract's time goes with the length of lines, and sharp letters can be read a little narrower than they are.
constexpr double narrow = 0.94;
// What is read at a time; of a larger page letters stay smaller. Tesseract keeps coordinates in 16 bits.
constexpr double upright_side_px_max = 32'000, upright_area_px_max = 4e7;
constexpr double sharp_step_min = 0.8;  // smaller letters are enlarged, and have no detail to spare
constexpr double sample_side = 30;      // in heights of a letter: a dozen lines of four words

std::uint32_t rounded_ratio(std::uint32_t side_px, std::uint32_t survey_px) {
  return std::max(1U, (side_px + (survey_px / 2)) / survey_px);
}

/// A page reduced so that letters have 9 to 15 pixels, and what is seen of them.
struct Survey {
  GrayImage image;
  std::uint32_t scale = 1;
  Lighting lighting;
  std::uint8_t threshold = 0;
  Ink ink;                        // without rules
  std::vector<Component> frames;  // boxes around text, or ticked
  TextLines lines;
};

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

/// Small print is gray where giant type is black. Where there is grain, so is that.
std::vector<Component> find_marks(const GrayImage& survey, std::uint8_t threshold, bool has_grain) {
  constexpr int faintest = 215;
  const int lighter = has_grain ? threshold : std::max<int>(threshold, std::min((threshold + 255) / 2, faintest));
  std::vector<Component> marks = part_rules(find_ink(survey, static_cast<std::uint8_t>(lighter)), 0).writing.components;
  std::erase_if(marks, [](const Component& c) { return !could_be_letter_of_any_size(c); });
  return marks;
}

/// Lines of letters much smaller than those of the page.
std::vector<Component> find_small_print(const std::vector<Component>& marks, const TextLines& lines) {
  std::vector<ink::Box> small;
  for (const Component& mark : marks) {
    const Component c = lines.vertical ? turned_over(mark) : mark;
    if (c.height() < small_print_max * lines.height_px) small.push_back(mark_of(c));
  }
  std::vector<Component> print;
  for (const ink::Row& row : ink::rows_of(std::move(small))) {
    if (row.marks < ink::line_marks_min) continue;
    const Component c{
        .left = row.box.left, .top = row.box.top, .right = row.box.right, .bottom = row.box.bottom, .ink_px = 0};
    print.push_back(lines.vertical ? turned_over(c) : c);
  }
  return print;
}

/// A box that is cut in two is no box any more.
Box with_frames(Box text, const Survey& survey) {
  Box all = text;
  for (const Component& c : survey.frames) {
    const Box frame = turned(box_of(scaled(c, survey.scale)), survey.lines.skew_deg);
    const bool touches =
        frame.left < text.right && frame.right > text.left && frame.top < text.bottom && frame.bottom > text.top;
    if (touches) all = around(all, frame);
  }
  return all;
}

Survey survey_of(const GrayImage& page, std::uint32_t scale) {
  Survey survey{.image = reduced(page, scale),
                .scale = scale,
                .lighting = {},
                .threshold = 0,
                .ink = {},
                .frames = {},
                .lines = {}};
  survey.lighting = measure_lighting(survey.image);
  even_out(survey.image, survey.lighting, 1);
  survey.threshold = find_threshold(survey.image);
  Parted parted = part_rules(find_ink(survey.image, survey.threshold), 0);
  survey.ink = std::move(parted.writing);
  survey.frames = std::move(parted.frames);
  survey.lines = find_text_lines(survey.ink.components);
  return survey;
}

/// In pixels of the page: how long its lines are altogether.
std::int64_t length_of(const Survey& survey) {
  std::int64_t length = 0;
  for (const Component& letter : survey.lines.letters)
    length += std::int64_t{survey.lines.vertical ? letter.height() : letter.width()} * survey.scale;
  return length;
}

/// What is long and narrow may have letters of a size that goes with its shorter side, as a receipt has, or with its
/// longer one, as a banner has: the survey that shows more of them is right.
Survey best_survey(const GrayImage& page) {
  const auto [shorter, longer] = std::minmax(page.width_px, page.height_px);
  const std::uint32_t coarse = std::min(shorter, rounded_ratio(longer, survey_side_px));
  const std::uint32_t fine = std::min(coarse, rounded_ratio(shorter, survey_width_px));
  Survey survey = survey_of(page, fine);
  if (fine == coarse) return survey;
  Survey other = survey_of(page, coarse);
  return length_of(other) > length_of(survey) ? other : survey;
}

}  // namespace

Box box_of(const Component& c) {
  return {.left = static_cast<double>(c.left),
          .top = static_cast<double>(c.top),
          .right = static_cast<double>(c.right),
          .bottom = static_cast<double>(c.bottom)};
}

Page prepare(const GrayImage& scan) {
  const double grain = measure_grain(scan);
  Page page{.image = grain > grain_min ? without_grain(scan) : scan,
            .lines = {},
            .marks = {},
            .text = {},
            .has_grain = grain > grain_min / 2};
  Survey survey = best_survey(page.image);
  const std::vector<Component> marks = find_marks(survey.image, survey.threshold, page.has_grain);
  for (const Component& mark : marks) page.marks.push_back(scaled(mark, survey.scale));
  if (survey.lines.letters.empty()) return page;
  even_out(page.image, survey.lighting, survey.scale);
  const std::vector<Component>& components = survey.ink.components;
  erase(page.image, survey.ink, find_specks(components, survey.lines, find_small_print(marks, survey.lines)),
        survey.scale);
  page.text.box = with_frames(find_text(components, survey.lines, survey.scale), survey);
  page.lines = scaled(std::move(survey.lines), survey.scale);
  page.text.height_px = page.lines.height_px;
  return page;
}

Part sample_of(const Page& page) {
  const double side = sample_side * page.lines.height_px;
  const Box& text = page.text.box;
  if (std::max(text.right - text.left, text.bottom - text.top) <= 2 * side) return page.text;
  std::map<std::pair<int, int>, int> letters;  // by row and column of squares
  for (const Component& letter : page.lines.letters) {
    const Box place = turned(box_of(letter), page.lines.skew_deg);
    ++letters[{static_cast<int>(std::floor(place.top / side)), static_cast<int>(std::floor(place.left / side))}];
  }
  const auto& [row, column] =
      std::ranges::max_element(letters, {}, [](const auto& square) { return square.second; })->first;
  return {.box = {.left = column * side, .top = row * side, .right = (column + 1) * side, .bottom = (row + 1) * side},
          .height_px = page.lines.height_px};
}

Placement upright(const Page& page, const Part& part, std::int32_t turn_deg, double letter_px) {
  const double border = margin * part.height_px;
  const Box region = turned({.left = part.box.left - border,
                             .top = part.box.top - border,
                             .right = part.box.right + border,
                             .bottom = part.box.bottom + border},
                            turn_deg);
  const double width = region.right - region.left, height = region.bottom - region.top;
  const double step = std::max({part.height_px / letter_px, width / upright_side_px_max, height / upright_side_px_max,
                                std::sqrt(width * height / upright_area_px_max)});
  const double breadth = step < sharp_step_min ? 1 : narrow;
  return place({.turn_deg = turn_deg + page.lines.skew_deg, .step_x = step / breadth, .step_y = step}, region);
}

}  // namespace docmill::ocr
