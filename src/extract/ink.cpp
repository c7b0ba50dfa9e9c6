#include "extract/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "extract/codes.h"
#include "extract/ocr/components.h"

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

/// Dirt and foliage make a short row here and there; a line of words is longer than chance makes one, and a label is
/// most of what is there.
bool are_text(const Rows& rows) {
  constexpr std::uint32_t longer_than_chance = 8;
  return rows.longest >= longer_than_chance || (rows.longest >= row_marks_min && rows.marks_in_rows * 5 >= rows.marks);
}

void turn_a_quarter(std::vector<Box>& boxes) {
  for (Box& box : boxes) box = {.left = box.top, .top = box.left, .right = box.bottom, .bottom = box.right};
}

bool is_part_of(const std::vector<Box>& codes, const Box& mark) {
  const std::int32_t x = (mark.left + mark.right) / 2;
  const std::int32_t y = (mark.top + mark.bottom) / 2;
  return std::ranges::any_of(
      codes, [&](const Box& code) { return x >= code.left && x <= code.right && y >= code.top && y <= code.bottom; });
}

/// One byte a pixel: whether a mark there counts.
class Interest {
 public:
  Interest(const GrayImage& image, const Places& places)
      : width_(static_cast<std::int32_t>(image.width_px)),
        height_(static_cast<std::int32_t>(image.height_px)),
        counts_(image.pixels.size(), places.wanted.empty()) {
    for (const Box& box : places.wanted) set(box, 1);
    for (const Box& box : places.known) set(box, 0);
  }

  bool has(const Box& mark) const {
    return counts_[at((mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2)] != 0;
  }

 private:
  void set(const Box& box, std::uint8_t value) {
    const std::int32_t left = std::clamp(box.left, 0, width_);
    const std::int32_t right = std::clamp(box.right, left, width_);
    for (std::int32_t y = std::max(0, box.top); y < std::min(height_, box.bottom); ++y)
      std::fill_n(counts_.begin() + static_cast<std::ptrdiff_t>(at(left, y)), right - left, value);
  }
  std::size_t at(std::int32_t x, std::int32_t y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_)) + static_cast<std::size_t>(x);
  }

  std::int32_t width_, height_;
  std::vector<std::uint8_t> counts_;
};

}  // namespace

std::vector<Box> find_marks(const GrayImage& image, Tone tone) {
  std::vector<Box> marks;
  for (const ocr::Component& c : ocr::find_ink(ink_of(image, tone), paper).components)
    marks.push_back({.left = c.left, .top = c.top, .right = c.right, .bottom = c.bottom});
  return marks;
}

Rows find_rows(std::vector<Box> marks) {
  std::erase_if(marks, [](const Box& mark) { return !may_be_letters(mark); });
  std::ranges::sort(marks, {}, [](const Box& mark) { return std::pair(mark.left, mark.top); });
  // In the order of their left edges a mark's follower comes after it, so rows grow from left to right.
  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> length(marks.size(), 1);  // of the row up to and with this mark
  std::vector<std::uint32_t> before(marks.size(), none);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::int32_t reach = marks[i].right + (2 * letter_height_px_max);
    for (std::size_t next = i + 1; next < marks.size() && marks[next].left <= reach; ++next) {
      if (marks[next].left > marks[i].right + (5 * marks[i].height())) break;
      if (before[next] != none || !follows(marks[i], marks[next])) continue;
      before[next] = static_cast<std::uint32_t>(i);
      length[next] = length[i] + 1;
      break;
    }
  }
  Rows rows{.marks = static_cast<std::uint32_t>(marks.size())};
  std::vector<bool> followed(marks.size());
  for (const std::uint32_t mark : before)
    if (mark != none) followed[mark] = true;
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (!followed[i] && length[i] >= row_marks_min) {
      rows.marks_in_rows += length[i];
      rows.longest = std::max(rows.longest, length[i]);
    }
  return rows;
}

bool looks_like_text(const GrayImage& image, const Places& places) {
  const Interest interest(image, places);
  std::vector<Box> codes;
  for (const Tone tone : {Tone::dark, Tone::light}) {
    std::vector<Box> marks = find_marks(image, tone);
    // What is between the bars of a code counts as little as they do.
    std::ranges::copy(find_codes(marks), std::back_inserter(codes));
    std::erase_if(marks, [&](const Box& mark) { return !interest.has(mark) || is_part_of(codes, mark); });
    for ([[maybe_unused]] const bool sideways : {false, true}) {
      if (are_text(find_rows(marks))) return true;
      turn_a_quarter(marks);
    }
  }
  return false;
}

}  // namespace docmill::ink
