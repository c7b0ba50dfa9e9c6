#include "extract/pdf/word_gaps.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "extract/text/clean.h"

namespace docmill::pdf {
namespace {

// Ideographs fill their squares by different shares, and have no word spaces.
constexpr double ideograph_gap_ems_min = 0.5;
// A letter spacing that may differ by so much is even: a typist's spaces between single letters are as even, but wider.
constexpr double even_ems = 0.12;
constexpr double letter_spacing_ems_max = 0.6;
constexpr std::size_t spaced_letters_min = 4;

bool is_space(const Glyph& glyph) { return glyph.unicode == ' ' || glyph.unicode == 0xA0 || glyph.unicode == '\t'; }
bool is_line_end(const Glyph& glyph) { return glyph.unicode == '\r' || glyph.unicode == '\n'; }
/// Control characters, the mark of a hyphen among them, stand for nothing that is seen.
bool is_shown(const Glyph& glyph) { return glyph.unicode > ' ' && glyph.unicode != 0xA0 && glyph.unicode != unmapped; }

bool is_ideograph(const Glyph& glyph) {
  switch (u_getIntPropertyValue(static_cast<UChar32>(glyph.unicode), UCHAR_EAST_ASIAN_WIDTH)) {
    case U_EA_FULLWIDTH:
    case U_EA_WIDE:
      return ublock_getCode(static_cast<UChar32>(glyph.unicode)) != UBLOCK_HANGUL_SYLLABLES;
    default:
      return false;
  }
}

bool runs_left(const Glyph& glyph) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(glyph.unicode));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

/// What most neighbours are, told from their boxes alone: beside each other on a level line, without a gap.
bool stand_close(const Glyph& a, const Glyph& b) {
  constexpr float gap_min = 0.08F;  // of the boxes' height, which is 1 to 1.4 of the type size
  const float height = std::min(a.box.top - a.box.bottom, b.box.top - b.box.bottom);
  const float overlap = std::min(a.box.top, b.box.top) - std::max(a.box.bottom, b.box.bottom);
  const float gap = std::max(b.box.left - a.box.right, a.box.left - b.box.right);
  return height > 0 && 2 * overlap >= height && gap <= gap_min * height;
}

struct Extent {
  double low = 0, high = 0;

  double length() const { return high - low; }
  double middle() const { return (low + high) / 2; }
};

double overlap_of(const Extent& a, const Extent& b) { return std::min(a.high, b.high) - std::max(a.low, b.low); }
Extent united(const Extent& a, const Extent& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

/// The box seen along the direction (x, y).
Extent extent_of(const FS_RECTF& box, double x, double y) {
  const auto [x_low, x_high] = std::minmax({x * box.left, x * box.right});
  const auto [y_low, y_high] = std::minmax({y * box.bottom, y * box.top});
  return {x_low + y_low, x_high + y_high};
}

enum class Relation : std::uint8_t {
  beside,   // on one line; the gap decides
  joined,   // one below the other, or raised, and still one word
  apart,    // neither
  new_line  // on different lines
};

/// From one shown glyph to the next.
struct Step {
  std::size_t from = 0, to = 0;  // between them may be spaces
  Relation relation = Relation::joined;
  double gap_ems = 0;
};

class Line {
 public:
  Line(std::span<const Glyph> glyphs, const SettingOf& setting_of)
      : glyphs_(glyphs), setting_of_(setting_of), bidirectional_(std::ranges::any_of(glyphs, runs_left)) {
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
      if (is_shown(glyphs[i]) && last_) steps_.push_back(step(*last_, i));
      if (is_shown(glyphs[i])) last_ = i;
      if (glyphs[i].unicode == text::line_end_hyphen) last_.reset();  // the next one stands on the next line
    }
  }

  /// The line's glyphs with what is missing between them and without what is too much.
  void append_to(std::vector<Glyph>& result) {
    const std::vector<char32_t> before = missing();
    const std::vector<bool> torn = torn_spaces();
    for (std::size_t i = 0; i < glyphs_.size(); ++i) {
      if (before[i] != 0) result.push_back({.unicode = before[i], .box = glyphs_[i].box});
      if (!torn[i]) result.push_back(glyphs_[i]);
    }
  }

 private:
  Step step(std::size_t from, std::size_t to) {
    const Glyph& a = glyphs_[from];
    const Glyph& b = glyphs_[to];
    const Setting first = last_setting_index_ == from ? last_setting_ : setting_of_(a);
    const Setting second = setting_of_(b);
    last_setting_index_ = to;
    last_setting_ = second;
    Step step{.from = from, .to = to};
    // A replacement text has its object's place, however many objects it replaces.
    if (first.replaced || second.replaced) return step;
    // PDFium gives letters as they are read, so a number or a bracket among Hebrew does not stand beside the next one.
    if (bidirectional_ && !(runs_left(a) && runs_left(b))) return step;
    constexpr double like_direction = 0.8;  // letters on a curve turn little from one to the next
    if ((first.right_x * second.right_x) + (first.right_y * second.right_y) < like_direction) {
      step.relation = Relation::new_line;
      return step;
    }
    place(step, first, second);
    return step;
  }

  void place(Step& step, const Setting& first, const Setting& second) const {
    const Glyph& a = glyphs_[step.from];
    const Glyph& b = glyphs_[step.to];
    const double x = first.right_x;
    const double y = first.right_y;
    const Extent a_along = united(extent_of(a.box, x, y), extent_of(first.ink, x, y));
    const Extent b_along = united(extent_of(b.box, x, y), extent_of(second.ink, x, y));
    const Extent a_across = extent_of(a.box, -y, x);
    const Extent b_across = extent_of(b.box, -y, x);
    const double em = std::max({first.type_size, second.type_size, 1e-3});
    const double shared_height = overlap_of(a_across, b_across);
    step.gap_ems = -overlap_of(a_along, b_along) / em;
    if (2 * shared_height >= std::min(a_across.length(), b_across.length())) {
      step.relation = Relation::beside;
      return;
    }
    const double drop_ems = std::abs(a_across.middle() - b_across.middle()) / em;
    constexpr double column_pitch_ems_max = 1.5;
    const bool vertical = first.object == second.object ||
                          (is_ideograph(a) && is_ideograph(b) && step.gap_ems < 0 && drop_ems <= column_pitch_ems_max);
    constexpr double script_gap_ems_max = 0.25;  // an index stands at its letter, a little above or below it
    const bool script = shared_height > 0 && std::abs(step.gap_ems) <= script_gap_ems_max;
    if (vertical || script)
      step.relation = Relation::joined;
    else
      step.relation = drop_ems >= 1 ? Relation::new_line : Relation::apart;
  }

  bool has_space(const Step& step) const { return step.to > step.from + 1 && is_space(glyphs_[step.to - 1]); }

  /// The letter spacing of what lies in steps [from, to), or of the line where that says too little.
  double letter_spacing(std::size_t from, std::size_t to) {
    std::vector<double> gaps = gaps_between(from, to);
    if (gaps.size() >= 2) return letter_spacing_of(std::move(gaps));
    if (!spacing_of_line_) spacing_of_line_ = letter_spacing_of(gaps_between(0, steps_.size()));
    return *spacing_of_line_;
  }

  static double letter_spacing_of(std::vector<double> gaps) {
    if (gaps.empty()) return 0;
    const auto lower_median = gaps.begin() + static_cast<std::ptrdiff_t>((gaps.size() - 1) / 2);
    std::ranges::nth_element(gaps, lower_median);
    return std::max(0.0, *lower_median);
  }

  std::vector<double> gaps_between(std::size_t from, std::size_t to) const {
    std::vector<double> gaps;
    for (std::size_t i = from; i < to; ++i)
      if (steps_[i].relation == Relation::beside && !has_space(steps_[i])) gaps.push_back(steps_[i].gap_ems);
    return gaps;
  }

  /// What has to stand before each glyph; 0 for nothing.
  std::vector<char32_t> missing() {
    std::vector<char32_t> before(glyphs_.size(), 0);
    for (std::size_t from = 0; from < steps_.size();) {
      std::size_t to = from;
      while (to < steps_.size() && !has_space(steps_[to])) ++to;
      const double spacing = letter_spacing(from, to);
      for (std::size_t i = from; i < to; ++i) before[steps_[i].to] = separator(steps_[i], spacing);
      from = to + 1;
    }
    return before;
  }

  char32_t separator(const Step& step, double spacing) const {
    switch (step.relation) {
      case Relation::joined:
        return 0;
      case Relation::apart:
        return ' ';
      case Relation::new_line:
        return '\n';
      case Relation::beside:
        break;
    }
    const bool ideographs = is_ideograph(glyphs_[step.from]) || is_ideograph(glyphs_[step.to]);
    return step.gap_ems - spacing > (ideographs ? ideograph_gap_ems_min : gap_ems_min) ? ' ' : 0;
  }

  /// The spaces that PDFium put between the letters of a letter-spaced word.
  std::vector<bool> torn_spaces() const {
    std::vector<bool> torn(glyphs_.size(), false);
    for (std::size_t from = 0; from < steps_.size();) {
      std::size_t to = from;
      while (to < steps_.size() && tears_letters(steps_[to], steps_[from].gap_ems)) ++to;
      for (std::size_t i = from; is_word(from, to) && i < to; ++i) torn[steps_[i].from + 1] = true;
      from = std::max(to, from + 1);
    }
    return torn;
  }

  /// A generated space between two single letters, of like width as the first.
  bool tears_letters(const Step& step, double gap_ems) const {
    const Glyph& a = glyphs_[step.from];
    const Glyph& b = glyphs_[step.to];
    return step.relation == Relation::beside && step.to == step.from + 2 && glyphs_[step.from + 1].generated &&
           is_letter(a) && is_letter(b) && step.gap_ems <= letter_spacing_ems_max &&
           std::abs(step.gap_ems - gap_ems) <= even_ems / 2;
  }

  /// Whether the letters of steps [from, to) are many enough for a word, and no list of letters (A B C D).
  bool is_word(std::size_t from, std::size_t to) const {
    const auto ascends = [&](const Step& step) { return glyphs_[step.from].unicode < glyphs_[step.to].unicode; };
    const auto steps = std::span(steps_).subspan(from, to - from);
    return steps.size() + 1 >= spaced_letters_min && !std::ranges::all_of(steps, ascends);
  }

  static bool is_letter(const Glyph& glyph) {
    return u_isalpha(static_cast<UChar32>(glyph.unicode)) && !is_ideograph(glyph);
  }

  std::span<const Glyph> glyphs_;
  const SettingOf& setting_of_;
  bool bidirectional_;
  std::vector<Step> steps_;
  std::optional<double> spacing_of_line_;
  std::optional<std::size_t> last_;
  std::size_t last_setting_index_ = SIZE_MAX;
  Setting last_setting_;
};

/// Whether the line may need a second look: a gap without a space, or letters with a space behind each.
bool is_suspect(std::span<const Glyph> line) {
  const Glyph* last = nullptr;
  std::size_t letters = 0;
  std::size_t spaced_letters = 0;
  for (const Glyph& glyph : line) {
    if (is_shown(glyph)) {
      if (last != nullptr && !stand_close(*last, glyph)) return true;
      last = &glyph;
      ++letters;
    } else {
      if (is_space(glyph)) {
        spaced_letters = letters == 1 ? spaced_letters + 1 : 0;
        letters = 0;
        if (spaced_letters + 1 >= spaced_letters_min) return true;
      }
      last = nullptr;
    }
  }
  return false;
}

}  // namespace

std::vector<Glyph> separated(std::vector<Glyph> glyphs, const SettingOf& setting_of) {
  std::vector<Glyph> result;
  std::size_t kept = 0;  // glyphs before it are in `result`, once there is one
  for (std::size_t from = 0; from < glyphs.size();) {
    std::size_t to = from;
    while (to < glyphs.size() && !is_line_end(glyphs[to])) ++to;
    const std::span line = std::span(glyphs).subspan(from, to - from);
    if (is_suspect(line)) {
      if (result.empty()) result.reserve(glyphs.size() + (glyphs.size() / 8));
      result.insert(result.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(kept),
                    glyphs.begin() + static_cast<std::ptrdiff_t>(from));
      Line(line, setting_of).append_to(result);
      kept = to;
    }
    from = to + 1;
  }
  if (kept == 0) return glyphs;
  result.insert(result.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(kept), glyphs.end());
  return result;
}

}  // namespace docmill::pdf
