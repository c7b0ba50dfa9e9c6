#include "extract/ocr/rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace docmill::ocr {
namespace {

// In pixels where the height of letters is not known: a survey has letters of 9 to 15.
constexpr double length_px_min = 48, length_px_in_frame_min = 24, thickness_px_max = 16;
// In heights of a letter where it is. A dash is 2 long, the feet of bold letters that touch may be 3.
constexpr double length_min = 5, length_in_frame_min = 3, cut_length_min = 2.5, cut_share_min = 0.9,
                 thickness_max = 1.2, small_frame_max = 3, low_max = 1.2, letter_gap_max = 0.35;
constexpr int slenderness_min = 12;  // of a rule that stands alone; thin strokes of giant letters have 10
constexpr std::int32_t frame_px_min = 8;
constexpr double side_share_min = 0.8;  // of a side of a box that must be there: more than any letter has on four sides
constexpr double side_band = 0.12;      // of the box: where its side is looked for
constexpr double side_length_min = 0.6;  // of the box: that makes a run a part of its side
constexpr double frame_thickness_max = 0.25;
constexpr double slant_max = 0.1;
constexpr double corner_px_max = 4, corner_max = 0.4;
constexpr std::int32_t corner_reach_px = 3;
constexpr std::uint16_t paper = 0, other_ink = 1, first_candidate = 2;
constexpr std::size_t candidates_max = 60'000;   // of a page; what is beyond stays
constexpr std::size_t bars_max = 2'000;          // whose left-overs are looked for
constexpr std::size_t small_frames_max = 1'000;  // that are held against their neighbours

/// How much of its four sides a component has.
struct Sides {
  std::int32_t top = 0, bottom = 0;  // pixels of the fullest row at the top and at the bottom
  std::int32_t left = 0, right = 0;  // rows that begin at the left and end at the right
};

std::int32_t band_of(std::int32_t side_px) { return std::max(2, static_cast<std::int32_t>(side_band * side_px)); }

std::vector<Sides> measure_sides(const Ink& ink) {
  struct Row {
    std::int32_t y = -1, left = 0, right = 0, ink_px = 0;
  };
  std::vector<Sides> sides(ink.components.size());
  std::vector<Row> rows(ink.components.size());
  const auto close = [&](std::size_t index) {
    const Component& c = ink.components[index];
    const Row& row = rows[index];
    if (row.y < 0) return;
    Sides& s = sides[index];
    if (row.y < c.top + band_of(c.height())) s.top = std::max(s.top, row.ink_px);
    if (row.y >= c.bottom - band_of(c.height())) s.bottom = std::max(s.bottom, row.ink_px);
    if (row.left < c.left + band_of(c.width())) ++s.left;
    if (row.right > c.right - band_of(c.width())) ++s.right;
  };
  for (const Run& run : ink.runs) {
    Row& row = rows[run.component];
    if (row.y != run.y) {
      close(run.component);
      row = {.y = run.y, .left = run.left, .right = run.right, .ink_px = 0};
    }
    row.right = run.right;
    row.ink_px += run.right - run.left;
  }
  for (std::size_t index = 0; index < rows.size(); ++index) close(index);
  return sides;
}

bool is_frame(const Component& c, const Sides& sides) {
  if (std::min(c.width(), c.height()) < frame_px_min) return false;
  const double full_row = side_share_min * c.width(), full_column = side_share_min * c.height();
  return sides.top >= full_row && sides.bottom >= full_row && sides.left >= full_column && sides.right >= full_column &&
         c.ink_px < (c.width() * c.height()) / 4 * 3;
}

/// What the edge of the image has cut off is taken for a side that was there; around text there is a margin.
void complete_at_edges(const Ink& ink, std::vector<Sides>& sides) {
  for (std::size_t i = 0; ink.width_px > 0 && i < sides.size(); ++i) {
    const Component& c = ink.components[i];
    if (c.left == 0) sides[i].left = c.height();
    if (c.right == ink.width_px) sides[i].right = c.height();
    if (c.top == 0) sides[i].top = c.width();
    if (c.bottom == ink.height_px) sides[i].bottom = c.width();
  }
}

class RuleFinder {
 public:
  RuleFinder(Ink ink, double letter_px, Which which) : ink_(std::move(ink)), letter_px_(letter_px), which_(which) {
    for (const Component& c : ink_.components) {
      width_ = std::max(width_, c.right);
      height_ = std::max(height_, c.bottom);
    }
  }

  Parted part() {
    choose_candidates();
    if (candidates_.empty()) return {.writing = std::move(ink_), .rules = {}, .frames = {}};
    draw_labels();
    Ink across = ink_of(runs_across()), down = ink_of(runs_down());
    std::vector<std::uint16_t> owners_across = owners_of_rules(across, false);
    std::vector<std::uint16_t> owners_down = owners_of_rules(down, true);
    if (shorten_lengths(owners_across, owners_down)) {
      across = ink_of(runs_across());
      down = ink_of(runs_down());
      owners_across = owners_of_rules(across, false);
      owners_down = owners_of_rules(down, true);
    }
    rules_.assign(labels_.size(), false);
    note_crossed(owners_across, owners_down);
    const std::vector<Component> bars_across = mark_bars(across, owners_across, false);
    const std::vector<Component> bars_down = mark_bars(down, owners_down, true);
    add_left_overs(bars_across, bars_down);
    std::vector<std::size_t> crossed;
    for (const Component& bar : bars_across) find_crossings(bar, false, crossed);
    for (const Component& bar : bars_down) find_crossings(bar, true, crossed);
    for (const std::size_t at : crossed) rules_[at] = false;
    return parted();
  }

 private:
  struct Candidate {
    std::int32_t length_px_across, length_px_down;  // of runs that are a part of a rule
    double thickness_px;                            // of a rule, at most
    bool is_frame;
    bool is_crossed = false;  // has rules in both directions
  };

  /// Of a bar in an image as long as that. In one that was cut out of a table a rule goes from edge to edge.
  double length_px_least(bool frame, std::int32_t image_px) const {
    if (letter_px_ == 0) return frame ? length_px_in_frame_min : length_px_min;
    if (frame) return length_in_frame_min * letter_px_;
    return std::min(length_min * letter_px_, std::max(cut_length_min * letter_px_, cut_share_min * image_px));
  }
  double thickness_px_most() const { return letter_px_ > 0 ? thickness_max * letter_px_ : thickness_px_max; }

  void choose_candidates() {
    std::vector<Sides> sides = measure_sides(ink_);
    complete_at_edges(ink_, sides);
    of_component_.assign(ink_.components.size(), other_ink);
    for (std::size_t i = 0; i < ink_.components.size() && candidates_.size() < candidates_max; ++i) {
      const Component& c = ink_.components[i];
      const bool frame = is_frame(c, sides[i]) && !is_letter(i, sides);
      if (!frame && c.width() < length_px_least(false, width_) && c.height() < length_px_least(false, height_))
        continue;
      of_component_[i] = static_cast<std::uint16_t>(first_candidate + candidates_.size());
      candidates_.push_back(candidate(c, frame));
      if (frame) frames_.push_back(c);
    }
  }

  Candidate candidate(const Component& c, bool frame) const {
    const auto least = [&](std::int32_t side_px, std::int32_t image_px) {
      const double px = length_px_least(frame, image_px);
      return static_cast<std::int32_t>(frame ? std::min(px, side_length_min * side_px) : px);
    };
    const double most = thickness_px_most();
    return {.length_px_across = least(c.width(), width_),
            .length_px_down = least(c.height(), height_),
            .thickness_px = frame ? std::min(most, frame_thickness_max * std::min(c.width(), c.height())) : most,
            .is_frame = frame,
            .is_crossed = false};
  }

  /// A square of the size of a letter with a letter close by, as in a word; so an m may be closed, too, and where the
  /// feet of letters touch, "mm". A box to tick stands apart, and one to write in is higher than a letter.
  bool is_letter(std::size_t index, const std::vector<Sides>& sides) {
    const Component& box = ink_.components[index];
    const bool is_low = box.height() <= low_max * letter_px_;
    if (letter_px_ == 0 || std::max(is_low ? 0 : box.width(), box.height()) >= small_frame_max * letter_px_)
      return false;
    if (is_low && which_ == Which::larger_than_letters) return true;
    if (++small_frames_ > small_frames_max) return true;
    const auto is_close = [&](const Component& other) {
      if (is_frame(other, sides[static_cast<std::size_t>(&other - ink_.components.data())])) return false;
      const double gap_px = std::max(other.left - box.right, box.left - other.right);
      return gap_px >= 0 && gap_px < letter_gap_max * letter_px_ && other.top < box.bottom && other.bottom > box.top &&
             other.height() >= letter_px_ / 2;
    };
    return std::ranges::any_of(ink_.components, is_close);
  }

  std::size_t at(std::int32_t x, std::int32_t y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_)) + static_cast<std::size_t>(x);
  }

  void draw_labels() {
    labels_.assign(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_), paper);
    for (const Run& run : ink_.runs)
      std::fill_n(labels_.begin() + static_cast<std::ptrdiff_t>(at(run.left, run.y)), run.right - run.left,
                  of_component_[run.component]);
  }

  std::vector<Run> runs_across() const {
    std::vector<Run> runs;
    for (const Run& run : ink_.runs) {
      const std::uint16_t label = of_component_[run.component];
      if (label >= first_candidate && run.right - run.left >= candidates_[label - first_candidate].length_px_across)
        runs.push_back({.y = run.y, .left = run.left, .right = run.right, .component = 0});
    }
    return runs;
  }

  /// As of the page turned over its diagonal: y is the column.
  std::vector<Run> runs_down() const {
    std::vector<Run> runs;
    std::vector<std::int32_t> tops(static_cast<std::size_t>(width_), -1);
    const auto close = [&](std::int32_t x, std::int32_t bottom) {
      const std::int32_t top = std::exchange(tops[static_cast<std::size_t>(x)], -1);
      const Candidate& candidate = candidates_[labels_[at(x, top)] - first_candidate];
      if (bottom - top >= candidate.length_px_down)
        runs.push_back({.y = x, .left = top, .right = bottom, .component = 0});
    };
    for (std::int32_t y = 0; y < height_; ++y)
      for (std::int32_t x = 0; x < width_; ++x) {
        const bool inside = labels_[at(x, y)] >= first_candidate;
        const bool open = tops[static_cast<std::size_t>(x)] >= 0;
        if (inside && !open) tops[static_cast<std::size_t>(x)] = y;
        if (!inside && open) close(x, y);
      }
    for (std::int32_t x = 0; x < width_; ++x)
      if (tops[static_cast<std::size_t>(x)] >= 0) close(x, height_);
    std::ranges::sort(runs, {}, [](const Run& run) { return std::pair(run.y, run.left); });
    return runs;
  }

  bool is_rule(const Component& bar, const Candidate& candidate) const {
    const double thickness_px = static_cast<double>(bar.ink_px) / bar.width();
    const bool slender = bar.width() >= slenderness_min * thickness_px;
    return (slender || candidate.is_frame) && thickness_px <= candidate.thickness_px &&
           bar.height() <= (slant_max * bar.width()) + (2 * thickness_px);
  }

  std::size_t first_pixel(const Run& run, bool is_turned) const {
    return is_turned ? at(run.y, run.left) : at(run.left, run.y);
  }

  /// For each bar the label of the component that it is a part of, or `paper` where it is no rule. All in the turned
  /// frame where `is_turned`.
  std::vector<std::uint16_t> owners_of_rules(const Ink& bars, bool is_turned) const {
    std::vector<std::uint16_t> owners(bars.components.size(), paper);
    for (const Run& run : bars.runs) owners[run.component] = labels_[first_pixel(run, is_turned)];
    for (std::size_t i = 0; i < owners.size(); ++i)
      if (!is_rule(bars.components[i], candidates_[owners[i] - first_candidate])) owners[i] = paper;
    return owners;
  }

  /// What has a rule has more of them, and those that slant are stairs with shorter steps.
  bool shorten_lengths(const std::vector<std::uint16_t>& across, const std::vector<std::uint16_t>& down) {
    bool any = false;
    for (const std::vector<std::uint16_t>* owners : {&across, &down})
      for (const std::uint16_t owner : *owners) {
        if (owner == paper || candidates_[owner - first_candidate].is_frame) continue;
        Candidate& candidate = candidates_[owner - first_candidate];
        const auto shorter = static_cast<std::int32_t>(length_px_least(true, 0));
        any = any || candidate.length_px_across > shorter || candidate.length_px_down > shorter;
        candidate.length_px_across = std::min(candidate.length_px_across, shorter);
        candidate.length_px_down = std::min(candidate.length_px_down, shorter);
      }
    return any;
  }

  /// Boxes and grids have rules in both directions.
  void note_crossed(const std::vector<std::uint16_t>& across, const std::vector<std::uint16_t>& down) {
    std::vector<bool> has_across(candidates_.size());
    for (const std::uint16_t owner : across)
      if (owner != paper) has_across[owner - first_candidate] = true;
    for (const std::uint16_t owner : down)
      if (owner != paper && has_across[owner - first_candidate]) candidates_[owner - first_candidate].is_crossed = true;
  }

  /// The bars that are wanted; their pixels are marked.
  std::vector<Component> mark_bars(const Ink& bars, const std::vector<std::uint16_t>& owners, bool is_turned) {
    const auto is_wanted = [&](std::size_t bar) {
      return owners[bar] != paper &&
             (which_ != Which::crossing || candidates_[owners[bar] - first_candidate].is_crossed);
    };
    const auto step = is_turned ? static_cast<std::size_t>(width_) : std::size_t{1};
    for (const Run& run : bars.runs)
      for (std::int32_t i = 0; is_wanted(run.component) && i < run.right - run.left; ++i)
        rules_[first_pixel(run, is_turned) + (static_cast<std::size_t>(i) * step)] = true;
    std::vector<Component> rules;
    for (std::size_t i = 0; i < owners.size(); ++i)
      if (is_wanted(i)) rules.push_back(bars.components[i]);
    return rules;
  }

  /// Places where a stroke goes through the bar: there is writing on both sides of it.
  void find_crossings(const Component& bar, bool is_turned, std::vector<std::size_t>& crossed) const {
    const auto place = [&](std::int32_t along, std::int32_t across) {
      return is_turned ? at(across, along) : at(along, across);
    };
    const std::int32_t along_end = is_turned ? height_ : width_, across_end = is_turned ? width_ : height_;
    const auto is_written = [&](std::int32_t along, std::int32_t across) {
      if (across < 0 || across >= across_end) return false;
      for (std::int32_t near = std::max(0, along - 1); near < std::min(along + 2, along_end); ++near)
        if (labels_[place(near, across)] != paper && !rules_[place(near, across)]) return true;
      return false;
    };
    for (std::int32_t along = bar.left; along < bar.right; ++along)
      for (std::int32_t begin = bar.top; begin < bar.bottom; ++begin) {
        if (!rules_[place(along, begin)]) continue;
        std::int32_t end = begin + 1;
        while (end < bar.bottom && rules_[place(along, end)]) ++end;
        if (is_written(along, begin - 1) && is_written(along, end))
          for (std::int32_t across = begin; across < end; ++across) crossed.push_back(place(along, across));
        begin = end;
      }
  }

  /// Where bars meet their ink runs together, and a corner is left over that belongs to neither.
  bool is_corner(const Component& c, const std::vector<Component>& across, const std::vector<Component>& down) const {
    if (std::max(c.width(), c.height()) > (letter_px_ > 0 ? corner_max * letter_px_ : corner_px_max)) return false;
    const auto meets = [&](const Component& b) {
      return b.left - corner_reach_px < c.right && b.right + corner_reach_px > c.left &&
             b.top - corner_reach_px < c.bottom && b.bottom + corner_reach_px > c.top;
    };
    return std::ranges::any_of(across, meets) &&
           std::ranges::any_of(down, [&](const Component& bar) { return meets(turned_over(bar)); });
  }

  /// A bar that slants is a stair, whose first and last step may be short.
  static bool is_step(const Component& c, const std::vector<Component>& bars) {
    return std::ranges::any_of(bars, [&](const Component& bar) {
      const std::int32_t thickness_px = (bar.ink_px / bar.width()) + 1;
      return c.height() <= thickness_px && c.width() >= 2 * c.height() && c.top >= bar.top - thickness_px &&
             c.bottom <= bar.bottom + thickness_px && c.right >= bar.left - 1 && c.left <= bar.right + 1;
    });
  }

  void add_left_overs(const std::vector<Component>& across, const std::vector<Component>& down) {
    if (across.size() + down.size() > bars_max) return;
    const Ink written = ink_of(runs_of(false));
    std::vector<bool> corners;
    for (const Component& c : written.components)
      corners.push_back(is_corner(c, across, down) || is_step(c, across) || is_step(turned_over(c), down));
    for (const Run& run : written.runs)
      if (corners[run.component])
        for (std::int32_t x = run.left; x < run.right; ++x) rules_[at(x, run.y)] = true;
  }

  std::vector<Run> runs_of(bool ruled) const {
    std::vector<Run> runs;
    for (const Run& run : ink_.runs)
      for (std::int32_t left = run.left; left < run.right;) {
        const bool kind = rules_[at(left, run.y)];
        std::int32_t right = left + 1;
        while (right < run.right && rules_[at(right, run.y)] == kind) ++right;
        if (kind == ruled) runs.push_back({.y = run.y, .left = left, .right = right, .component = 0});
        left = right;
      }
    return runs;
  }

  Parted parted() { return {.writing = ink_of(runs_of(false)), .rules = runs_of(true), .frames = std::move(frames_)}; }

  Ink ink_;
  double letter_px_;
  Which which_;
  std::int32_t width_ = 0, height_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<Component> frames_;
  std::vector<std::uint16_t> of_component_;  // label of its pixels
  std::vector<std::uint16_t> labels_;        // a pixel: paper, other_ink, or first_candidate + index
  std::vector<bool> rules_;                  // a pixel
  std::size_t small_frames_ = 0;
};

}  // namespace

Parted part_rules(Ink ink, double letter_px, Which which) {
  return RuleFinder(std::move(ink), letter_px, which).part();
}

}  // namespace docmill::ocr
