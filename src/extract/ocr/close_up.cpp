#include "extract/ocr/close_up.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "extract/ocr/components.h"
#include "extract/ocr/words.h"

namespace docmill::ocr {
namespace {

// In heights of a letter.
constexpr double lowest_letter = 0.5, highest_letter = 2.5, widest_letter = 2.5, blot_side_min = 0.6;
constexpr double blot_fill_min = 0.85;  // of its box; a B of heavy type may have 0.8
constexpr double word_gap_max = 0.8;    // between parts of a word, and between words of a line of print
constexpr double close_gap = 0.3, space = 1.0, border = 0.25, line_gap = 1.2;

constexpr std::size_t letters_max = 2'500, parts_max = 5'000;  // more of them are grain
constexpr std::int32_t edge_px = 2;                            // gray, around what is dark

std::int32_t px(double heights) { return static_cast<std::int32_t>(std::lround(heights * Engine::letter_px)); }

/// No letter is as full of ink but those that are a stroke.
bool is_blot(const Component& c) {
  return std::min(c.width(), c.height()) >= px(blot_side_min) && c.ink_px >= blot_fill_min * c.width() * c.height();
}

bool is_letter(const Component& c) {
  return c.height() >= px(lowest_letter) && c.height() <= px(highest_letter) && c.width() <= px(widest_letter) &&
         !is_blot(c);
}

bool is_part_of_letter(const Component& c) { return c.height() < px(lowest_letter) && c.width() <= px(1); }

bool are_level(const Component& a, const Component& b) {
  return 2 * (std::min(a.bottom, b.bottom) - std::max(a.top, b.top)) >= std::min(a.height(), b.height());
}

void grow(Component& whole, const Component& part) {
  whole.left = std::min(whole.left, part.left);
  whole.top = std::min(whole.top, part.top);
  whole.right = std::max(whole.right, part.right);
  whole.bottom = std::max(whole.bottom, part.bottom);
}

using Line = std::vector<Component>;

/// From top to bottom. A letter belongs to the line whose last letters it is level with.
std::vector<Line> lines_of(std::vector<Component> letters) {
  std::ranges::sort(letters, {}, [](const Component& c) { return std::pair(c.top + c.bottom, c.left); });
  std::vector<Line> lines;
  for (const Component& letter : letters) {
    if (lines.empty() || !are_level(lines.back().back(), letter)) lines.emplace_back();
    lines.back().push_back(letter);
  }
  for (Line& line : lines) std::ranges::sort(line, {}, &Component::left);
  return lines;
}

struct Piece {
  Component box;
  std::size_t letters = 0;
};

std::vector<Piece> pieces_of(const Line& line) {
  std::vector<Piece> pieces;
  for (const Component& letter : line) {
    if (pieces.empty() || letter.left - pieces.back().box.right > px(word_gap_max)) pieces.push_back({.box = letter});
    grow(pieces.back().box, letter);
    ++pieces.back().letters;
  }
  return pieces;
}

/// Dots and accents belong to the letter that they stand at.
void add_parts(std::vector<Piece>& pieces, const std::vector<Component>& parts) {
  for (const Component& part : parts)
    for (Piece& piece : pieces) {
      const Component& box = piece.box;
      const std::int32_t reach = px(border);
      if (part.right <= box.left - reach || part.left >= box.right + reach || part.bottom <= box.top - (2 * reach) ||
          part.top >= box.bottom + reach)
        continue;
      grow(piece.box, part);
      break;
    }
}

void copy(const GrayImage& from, const Component& box, GrayImage& to, std::int32_t x, std::int32_t y) {
  const std::int32_t left = std::max(box.left, 0),
                     right = std::min(box.right, static_cast<std::int32_t>(from.width_px));
  const std::int32_t top = std::max(box.top, 0),
                     bottom = std::min(box.bottom, static_cast<std::int32_t>(from.height_px));
  for (std::int32_t row = top; row < bottom; ++row)
    std::copy_n(from.pixels.begin() + (std::ptrdiff_t{row} * from.width_px) + left, right - left,
                to.pixels.begin() + (std::ptrdiff_t{y + row - box.top} * to.width_px) + x + left - box.left);
}

Box box_at(const Component& c, std::int32_t left, std::int32_t top) {
  return {.left = static_cast<double>(left),
          .top = static_cast<double>(top),
          .right = static_cast<double>(left) + c.width(),
          .bottom = static_cast<double>(top) + c.height()};
}

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    characters.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return characters;
}

std::vector<Unit> units_within(std::span<const Unit> units, const Box& box, Box Unit::* place) {
  std::vector<Unit> within;
  std::ranges::copy_if(units, std::back_inserter(within),
                       [&](const Unit& unit) { return holds_middle(box, unit.*place); });
  return within;
}

/// Sets lines one below the other.
class TypeSetter {
 public:
  void add_line(const std::vector<Piece>& pieces) {
    const std::int32_t highest = std::ranges::min(pieces, {}, [](const Piece& piece) { return piece.box.top; }).box.top;
    std::int32_t left = px(line_gap), lowest = highest;
    for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
      const bool are_single = piece != pieces.begin() && std::prev(piece)->letters == 1 && piece->letters == 1;
      if (piece != pieces.begin()) left += px(are_single ? close_gap : space);
      units_.push_back({.box = box_at(piece->box, piece->box.left, piece->box.top),
                        .set = box_at(piece->box, left, top_ + piece->box.top - highest),
                        .letters = piece->letters,
                        .line = lines_});
      sources_.push_back(piece->box);
      left += piece->box.width();
      lowest = std::max(lowest, piece->box.bottom);
    }
    width_ = std::max(width_, left + px(line_gap));
    top_ += lowest - highest + px(line_gap);
    ++lines_;
  }

  ClosedUp printed(const GrayImage& from) && {
    GrayImage image{.width_px = static_cast<std::uint32_t>(width_),
                    .height_px = static_cast<std::uint32_t>(top_),
                    .dpi = from.dpi,
                    .pixels = {}};
    image.pixels.assign(std::size_t{image.width_px} * image.height_px, 255);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Component& c = sources_[i];
      const Component with_edges{
          .left = c.left - edge_px, .top = c.top - edge_px, .right = c.right + edge_px, .bottom = c.bottom + edge_px};
      copy(from, with_edges, image, static_cast<std::int32_t>(units_[i].set.left) - edge_px,
           static_cast<std::int32_t>(units_[i].set.top) - edge_px);
    }
    return {.image = std::move(image), .units = std::move(units_)};
  }

 private:
  std::vector<Unit> units_;
  std::vector<Component> sources_;  // of the units
  std::int32_t width_ = 0, top_ = px(line_gap);
  std::size_t lines_ = 0;
};

Box moved(const Box& box, double x, double y) {
  return {.left = box.left + x, .top = box.top + y, .right = box.right + x, .bottom = box.bottom + y};
}

void put_at(Word& word, const Box& box, std::size_t line) {
  word.left_px = static_cast<std::int32_t>(box.left);
  word.top_px = static_cast<std::int32_t>(box.top);
  word.right_px = static_cast<std::int32_t>(box.right);
  word.bottom_px = static_cast<std::int32_t>(box.bottom);
  word.line_index = static_cast<std::uint32_t>(line);
  word.block_index = 0;
}

}  // namespace

ClosedUp close_up(const GrayImage& image) {
  const Ink ink = find_ink(image, find_threshold(image));
  std::vector<Component> letters, parts;
  for (const Component& c : ink.components) {
    if (is_letter(c))
      letters.push_back(c);
    else if (is_part_of_letter(c))
      parts.push_back(c);
  }
  if (letters.empty() || letters.size() > letters_max) return {};
  if (parts.size() > parts_max) parts.clear();
  TypeSetter setter;
  for (const Line& line : lines_of(std::move(letters))) {
    std::vector<Piece> pieces = pieces_of(line);
    add_parts(pieces, parts);
    setter.add_line(pieces);
  }
  return std::move(setter).printed(image);
}

std::vector<Word> put_back(std::vector<Word> words, std::span<const Unit> units) {
  std::vector<Word> placed;
  for (Word& word : words) {
    const Box set = ocr::box_of(word);
    const std::vector<Unit> whole = units_within(units, set, &Unit::set);
    const auto unit = std::ranges::find_if(units, [&](const Unit& one) { return holds_middle(one.set, set); });
    if (whole.size() > 1) {
      Box box = nowhere;
      for (const Unit& one : whole) box = around(box, one.box);
      put_at(word, box, whole.front().line);
    } else if (!whole.empty() || unit != units.end()) {
      const Unit& one = whole.empty() ? *unit : whole.front();
      put_at(word, moved(set, one.box.left - one.set.left, one.box.top - one.set.top), one.line);
    } else {
      continue;
    }
    placed.push_back(std::move(word));
  }
  return placed;
}

std::vector<Word> taken_apart(std::vector<Word> words, std::span<const Unit> units) {
  std::vector<Word> apart;
  for (Word& word : words) {
    const std::vector<Unit> own = units_within(units, box_of(word), &Unit::box);
    const std::vector<std::string_view> characters = characters_of(word.text);
    const std::size_t letters = std::transform_reduce(own.begin(), own.end(), std::size_t{0}, std::plus(),
                                                      [](const Unit& unit) { return unit.letters; });
    if (own.size() < 2 || letters != characters.size()) {
      apart.push_back(std::move(word));
      continue;
    }
    auto next = characters.begin();
    for (const Unit& unit : own) {
      Word& part = apart.emplace_back(word);
      part.text.clear();
      for (std::size_t i = 0; i < unit.letters; ++i) part.text += *next++;
      put_at(part, unit.box, unit.line);
    }
  }
  return apart;
}

}  // namespace docmill::ocr
