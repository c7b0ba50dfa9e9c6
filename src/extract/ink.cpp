#include "extract/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "extract/code_marks.h"
#include "extract/ocr/components.h"
#include "extract/spaced.h"

namespace docmill::ink {
namespace {

// At look_dpi. Less than 3 pixels is dust or a dot, more than an inch and a half no letter.
constexpr std::int32_t letter_height_px_min = 3;
constexpr std::int32_t letter_height_px_max = 150;
// A word whose letters touch may be one mark; a rule is longer.
constexpr std::int32_t word_aspect_max = 12;
// What surrounds a pixel: a quarter of an inch, so that letters are a minority in it.
constexpr std::int32_t surroundings_px = 12;
// Fainter than this, of 255, nobody reads.
constexpr double contrast_min = 10;

/// Sums over rectangles in constant time.
class Sums {
 public:
  explicit Sums(const GrayImage& image)
      : width_(image.width_px), sums_(std::size_t{image.width_px + 1} * (image.height_px + 1)) {
    for (std::size_t y = 0; y < image.height_px; ++y) {
      std::uint64_t row = 0;
      for (std::size_t x = 0; x < image.width_px; ++x) {
        row += image.pixels[(y * width_) + x];
        at(x + 1, y + 1) = at(x + 1, y) + row;
      }
    }
  }

  double mean(const Box& box) {
    const auto left = static_cast<std::size_t>(box.left);
    const auto top = static_cast<std::size_t>(box.top);
    const auto right = static_cast<std::size_t>(box.right);
    const auto bottom = static_cast<std::size_t>(box.bottom);
    const std::uint64_t sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
    return static_cast<double>(sum) / static_cast<double>((right - left) * (bottom - top));
  }

 private:
  std::uint64_t& at(std::size_t x, std::size_t y) { return sums_[(y * (width_ + 1)) + x]; }

  std::size_t width_;
  std::vector<std::uint64_t> sums_;
};

/// The median step between neighbouring pixels: on a page most neighbours are both paper, so it is the paper's grain.
double grain_of(const GrayImage& image) {
  std::array<std::size_t, 256> steps{};
  std::size_t count = 0;
  for (std::size_t y = 0; y < image.height_px; ++y)
    for (std::size_t x = 1; x < image.width_px; ++x, ++count) {
      const std::size_t at = (y * image.width_px) + x;
      ++steps[static_cast<std::size_t>(std::abs(image.pixels[at] - image.pixels[at - 1]))];
    }
  std::size_t below = 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    below += steps[step];
    if (below * 2 > count) return static_cast<double>(step);
  }
  return 0;
}

constexpr std::uint8_t ink = 0, paper = 255;

GrayImage ink_of(const GrayImage& image, Tone tone) {
  const auto width = static_cast<std::int32_t>(image.width_px);
  const auto height = static_cast<std::int32_t>(image.height_px);
  GrayImage result{.width_px = image.width_px, .height_px = image.height_px, .dpi = image.dpi, .pixels = {}};
  result.pixels.reserve(image.pixels.size());
  Sums sums(image);
  // Three times the grain leaves one pixel of a thousand.
  const double contrast = std::max(contrast_min, 3 * grain_of(image));
  for (std::int32_t y = 0; y < height; ++y) {
    for (std::int32_t x = 0; x < width; ++x) {
      const double around = sums.mean({.left = std::max(0, x - surroundings_px),
                                       .top = std::max(0, y - surroundings_px),
                                       .right = std::min(width, x + surroundings_px + 1),
                                       .bottom = std::min(height, y + surroundings_px + 1)});
      const double darker = around - image.pixels[result.pixels.size()];
      result.pixels.push_back((tone == Tone::dark ? darker : -darker) > contrast ? ink : paper);
    }
  }
  return result;
}

bool may_be_letters(const Box& box) {
  return box.height() >= letter_height_px_min && box.height() <= letter_height_px_max &&
         box.width() <= word_aspect_max * box.height();
}

Box united(const Box& a, const Box& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

/// Whether `right` follows `left` on a line of text.
bool follows(const Box& left, const Box& right) {
  const std::int32_t low = std::min(left.height(), right.height());
  const std::int32_t high = std::max(left.height(), right.height());
  const std::int32_t gap = right.left - left.right;
  const std::int32_t overlap = std::min(left.bottom, right.bottom) - std::max(left.top, right.top);
  // Letters without ascender are half as high as those with one; words are hardly a letter's height apart.
  if (2 * high > 5 * low || 2 * overlap < low || gap < -low || gap > high + (high / 4)) return false;
  const std::int32_t tolerance = std::max(1, high / 4);
  return std::abs(left.bottom - right.bottom) <= tolerance || std::abs(left.top - right.top) <= tolerance;
}

/// A label is most of what is there.
bool are_text(const Rows& rows) {
  return rows.longest >= line_marks_min || (rows.longest >= row_marks_min && rows.marks_in_rows * 5 >= rows.marks);
}

Box turned(const Box& box) { return {.left = box.top, .top = box.left, .right = box.bottom, .bottom = box.right}; }

void turn_a_quarter(std::vector<Box>& boxes) {
  for (Box& box : boxes) box = turned(box);
}

/// Lines that are longer than chance makes them; `marks` as they stand on the page.
std::vector<Row> lines_of(std::vector<Box> marks, bool sideways) {
  if (sideways) turn_a_quarter(marks);
  std::vector<Row> rows = rows_of(std::move(marks));
  std::erase_if(rows, [](const Row& row) { return row.marks < line_marks_min; });
  for (Row& row : rows) row.box = sideways ? turned(row.box) : row.box;
  return rows;
}

std::uint32_t marks_in(const std::vector<Row>& rows) {
  std::uint32_t marks = 0;
  for (const Row& row : rows) marks += row.marks;
  return marks;
}

bool is_part_of(const std::vector<Box>& codes, const Box& mark) {
  const std::int32_t x = (mark.left + mark.right) / 2;
  const std::int32_t y = (mark.top + mark.bottom) / 2;
  return std::ranges::any_of(
      codes, [&](const Box& code) { return x >= code.left && x <= code.right && y >= code.top && y <= code.bottom; });
}

/// One byte a pixel: whether it lies in one of the boxes.
class Mask {
 public:
  Mask(const GrayImage& image, const std::vector<Box>& boxes)
      : width_(static_cast<std::int32_t>(image.width_px)), height_(static_cast<std::int32_t>(image.height_px)) {
    if (boxes.empty()) return;
    inside_.resize(image.pixels.size());
    for (const Box& box : boxes) set(box);
  }

  bool is_empty() const { return inside_.empty(); }
  bool holds_middle_of(const Box& mark) const {
    return !inside_.empty() && inside_[at((mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2)] != 0;
  }

 private:
  void set(const Box& box) {
    const std::int32_t left = std::clamp(box.left, 0, width_);
    const std::int32_t right = std::clamp(box.right, left, width_);
    for (std::int32_t y = std::max(0, box.top); y < std::min(height_, box.bottom); ++y)
      std::fill_n(inside_.begin() + static_cast<std::ptrdiff_t>(at(left, y)), right - left, std::uint8_t{1});
  }
  std::size_t at(std::int32_t x, std::int32_t y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_)) + static_cast<std::size_t>(x);
  }

  std::int32_t width_, height_;
  std::vector<std::uint8_t> inside_;
};

/// The marks of an image that count. Tones are asked for in the order dark, light: codes are found on the way.
class MarkFinder {
 public:
  MarkFinder(const GrayImage& image, const Places& places)
      : image_(image), wanted_(image, places.wanted), known_(image, places.known), ignored_(image, places.ignored) {}

  std::vector<Box> wanted(Tone tone) {
    std::vector<Box> marks = find_marks(image_, tone);
    // What is between the bars of a code counts as little as they do.
    std::ranges::copy(find_code_marks(marks), std::back_inserter(codes_));
    std::erase_if(marks, [&](const Box& mark) {
      const bool is_wanted = wanted_.is_empty() || wanted_.holds_middle_of(mark);
      return !is_wanted || ignored_.holds_middle_of(mark) || is_part_of(codes_, mark);
    });
    return marks;
  }

  bool is_known(const Box& mark) const { return known_.holds_middle_of(mark); }

 private:
  const GrayImage& image_;
  Mask wanted_, known_, ignored_;
  std::vector<Box> codes_;
};

}  // namespace

std::vector<Box> find_marks(const GrayImage& image, Tone tone) {
  std::vector<Box> marks;
  for (const ocr::Component& c : ocr::find_ink(ink_of(image, tone), paper).components)
    marks.push_back({.left = c.left, .top = c.top, .right = c.right, .bottom = c.bottom});
  return marks;
}

std::vector<Row> rows_of(std::vector<Box> marks) {
  std::erase_if(marks, [](const Box& mark) { return !may_be_letters(mark); });
  std::ranges::sort(marks, {}, [](const Box& mark) { return std::pair(mark.left, mark.top); });
  // In the order of their left edges a mark's follower comes after it, so rows grow from left to right.
  std::vector<Row> rows;  // up to and with this mark
  rows.reserve(marks.size());
  for (const Box& mark : marks) rows.push_back({.box = mark, .marks = 1});
  std::vector<bool> follows_one(marks.size());
  std::vector<bool> followed(marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::int32_t reach = marks[i].right + (2 * letter_height_px_max);
    for (std::size_t next = i + 1; next < marks.size() && marks[next].left <= reach; ++next) {
      if (marks[next].left > marks[i].right + (5 * marks[i].height())) break;
      if (follows_one[next] || !follows(marks[i], marks[next])) continue;
      follows_one[next] = true;
      followed[i] = true;
      rows[next] = {.box = united(rows[i].box, marks[next]), .marks = rows[i].marks + 1};
      break;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!followed[i] && rows[i].marks >= row_marks_min) rows[kept++] = rows[i];
  rows.resize(kept);
  return rows;
}

Rows find_rows(std::vector<Box> marks) {
  std::erase_if(marks, [](const Box& mark) { return !may_be_letters(mark); });
  Rows rows{.marks = static_cast<std::uint32_t>(marks.size())};
  for (const Row& row : rows_of(std::move(marks))) {
    rows.marks_in_rows += row.marks;
    rows.longest = std::max(rows.longest, row.marks);
  }
  return rows;
}

std::uint32_t TextInk::unknown_marks() const { return marks_in(unknown); }

bool looks_like_text(const GrayImage& image, const Places& places) {
  MarkFinder finder(image, places);
  for (const Tone tone : {Tone::dark, Tone::light}) {
    std::vector<Box> marks = finder.wanted(tone);
    std::erase_if(marks, [&](const Box& mark) { return finder.is_known(mark); });
    if (are_spaced_text(marks)) return true;
    for ([[maybe_unused]] const bool sideways : {false, true}) {
      if (are_text(find_rows(marks))) return true;
      turn_a_quarter(marks);
    }
  }
  return false;
}

TextInk measure_text(const GrayImage& image, const Places& places) {
  MarkFinder finder(image, places);
  TextInk most;
  for (const Tone tone : {Tone::dark, Tone::light}) {
    const std::vector<Box> all = finder.wanted(tone);
    std::vector<Box> unknown = all;
    std::erase_if(unknown, [&](const Box& mark) { return finder.is_known(mark); });
    for (const bool sideways : {false, true}) {
      std::vector<Row> lines = lines_of(unknown, sideways);
      if (marks_in(lines) > most.unknown_marks())
        most = {.all = marks_in(lines_of(all, sideways)), .unknown = std::move(lines)};
    }
  }
  return most;
}

}  // namespace docmill::ink
