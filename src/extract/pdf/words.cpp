#include "extract/pdf/words.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace docmill::pdf {
namespace {

bool is_empty(const FS_RECTF& box) { return box.right <= box.left && box.top <= box.bottom; }

/// Grows around whatever is added.
class Around {
 public:
  void add(const FS_RECTF& box) {
    if (is_empty(box)) return;
    box_ = box_ ? ContentBox{.left = std::min<double>(box_->left, box.left),
                             .bottom = std::min<double>(box_->bottom, box.bottom),
                             .right = std::max<double>(box_->right, box.right),
                             .top = std::max<double>(box_->top, box.top)}
                : ContentBox{.left = box.left, .bottom = box.bottom, .right = box.right, .top = box.top};
  }
  const std::optional<ContentBox>& box() const { return box_; }

 private:
  std::optional<ContentBox> box_;
};

/// Walks along the units of UTF-16 that glyphs become: one each, or a pair.
class Units {
 public:
  explicit Units(std::span<const Glyph> glyphs) : glyphs_(glyphs) {}

  /// The glyph that has `unit`. REQUIRES: no smaller `unit` than the time before.
  std::size_t glyph_of(std::size_t unit) {
    while (unit >= first_unit_ + width_of(glyphs_[glyph_])) first_unit_ += width_of(glyphs_[glyph_++]);
    return glyph_;
  }

 private:
  static std::size_t width_of(const Glyph& glyph) { return glyph.unicode > 0xFFFF ? 2 : 1; }

  std::span<const Glyph> glyphs_;
  std::size_t glyph_ = 0, first_unit_ = 0;
};

Rect united(const Rect& a, const Rect& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

bool is_empty(const Rect& box) { return box.right <= box.left || box.bottom <= box.top; }

/// Height of a box that is read in this direction.
double height_across(const Rect& box, std::int32_t rotation_deg) {
  const bool level = std::lround(rotation_deg / 90.0) % 2 == 0;
  return level ? box.bottom - box.top : box.right - box.left;
}

/// Lines as their words come.
class Lines {
 public:
  /// A word, or a part of one, on the last line.
  void add(const Rect& box, std::int32_t rotation_deg) {
    LinePlace& line = lines_.back();
    if (is_empty(box)) return;
    if (boxes_ == 0) {
      line = {.box = box, .rotation_deg = rotation_deg};
    } else {
      line.box = united(line.box, box);
    }
    line.type_height_pt += (height_across(box, rotation_deg) - line.type_height_pt) / ++boxes_;
  }

  void begin_line() {
    lines_.emplace_back();
    boxes_ = 0;
  }

  std::uint32_t last() const { return static_cast<std::uint32_t>(lines_.size()) - 1; }
  bool are_none() const { return lines_.empty(); }
  std::vector<LinePlace> take() && { return std::move(lines_); }

 private:
  std::vector<LinePlace> lines_;
  double boxes_ = 0;  // on the last line
};

}  // namespace

std::vector<FS_RECTF> read_ink(FPDF_TEXTPAGE text_page) {
  const int count = std::max(FPDFText_CountChars(text_page), 0);
  std::vector<FS_RECTF> ink(static_cast<std::size_t>(count));
  for (int index = 0; index < count; ++index) {
    double left = 0;
    double right = 0;
    double bottom = 0;
    double top = 0;
    if (FPDFText_GetCharBox(text_page, index, &left, &right, &bottom, &top) == 0) continue;
    ink[static_cast<std::size_t>(index)] = {.left = static_cast<float>(left),
                                            .top = static_cast<float>(top),
                                            .right = static_cast<float>(right),
                                            .bottom = static_cast<float>(bottom)};
  }
  return ink;
}

namespace {

class WordPlacer {
 public:
  WordPlacer(std::span<const Glyph> glyphs, const CharMarks& marks, const WordStyles& styles, const PageMap& map)
      : glyphs_(glyphs), units_(glyphs), marks_(marks), styles_(styles), map_(map) {}

  PageWord place(text::CleanedWord word) {
    const std::size_t first = units_.glyph_of(word.first);
    const std::size_t last = units_.glyph_of(word.last);
    const auto glyphs = glyphs_.subspan(first, last - first + 1);
    if (lines_.are_none() || word.line != line_) lines_.begin_line();
    line_ = word.line;
    PageWord placed{.text = std::move(word.text), .box = box_around(glyphs), .line_index = lines_.last()};
    const std::uint32_t style = style_of(glyphs);
    if (style != no_style) placed.style = style;
    add_to_lines(glyphs, placed.box, style == no_style ? 0 : styles_.all()[style].rotation_deg);
    return placed;
  }

  std::vector<LinePlace> take_lines() && { return std::move(lines_).take(); }

 private:
  Rect box_around(std::span<const Glyph> glyphs) const {
    Around around;
    for (const Glyph& glyph : glyphs) {
      around.add(glyph.box);
      if (glyph.index >= 0) around.add(marks_.ink[static_cast<std::size_t>(glyph.index)]);
    }
    return around.box() ? map_.displayed(*around.box()) : Rect{};
  }

  std::uint32_t style_of(std::span<const Glyph> glyphs) const {
    for (const Glyph& glyph : glyphs)
      if (glyph.index >= 0 && marks_.style[static_cast<std::size_t>(glyph.index)] != no_style)
        return marks_.style[static_cast<std::size_t>(glyph.index)];
    return no_style;
  }

  /// What follows a broken word stands on the line of its last part.
  void add_to_lines(std::span<const Glyph> glyphs, const Rect& box, std::int32_t rotation_deg) {
    const auto is_break = [](const Glyph& glyph) { return glyph.unicode == text::line_end_hyphen; };
    auto hyphen = std::ranges::find_if(glyphs, is_break);
    if (hyphen == glyphs.end()) return lines_.add(box, rotation_deg);
    auto from = glyphs.begin();
    for (; hyphen != glyphs.end(); hyphen = std::find_if(from, glyphs.end(), is_break)) {
      lines_.add(box_around({from, hyphen + 1}), rotation_deg);
      lines_.begin_line();
      from = hyphen + 1;
    }
    lines_.add(box_around({from, glyphs.end()}), rotation_deg);
  }

  std::span<const Glyph> glyphs_;
  Units units_;
  const CharMarks& marks_;
  const WordStyles& styles_;
  const PageMap& map_;
  Lines lines_;
  std::size_t line_ = 0;
};

}  // namespace

PlacedWords place_words(std::vector<text::CleanedWord> words, std::span<const Glyph> glyphs, const CharMarks& marks,
                        const WordStyles& styles, const PageMap& map) {
  PlacedWords placed;
  placed.words.reserve(words.size());
  WordPlacer placer(glyphs, marks, styles, map);
  for (text::CleanedWord& word : words) placed.words.push_back(placer.place(std::move(word)));
  placed.lines = std::move(placer).take_lines();
  return placed;
}

void set_blocks(std::span<PageWord> words, std::span<const LinePlace> lines) {
  const std::vector<std::uint32_t> blocks = number_blocks(lines);
  for (PageWord& word : words) word.block_index = blocks[word.line_index];
}

void append_words(std::vector<PageWord>& words, std::string_view utf8, const Rect& box, WordSource source) {
  std::vector<PageWord> more;
  std::uint32_t line_index = 0;
  std::size_t counted = 0;  // line feeds before it are in `line_index`
  for (const std::string_view word : text::words_in(utf8)) {
    const auto at = static_cast<std::size_t>(word.data() - utf8.data());
    line_index += static_cast<std::uint32_t>(std::ranges::count(utf8.substr(counted, at - counted), '\n'));
    counted = at;
    more.push_back({.text = std::string(word), .box = box, .line_index = line_index, .source = source});
  }
  append_blocks(words, std::move(more));
}

void append_blocks(std::vector<PageWord>& words, std::vector<PageWord> more) {
  const std::uint32_t next_line = words.empty() ? 0 : words.back().line_index + 1;
  const std::uint32_t next_block = words.empty() ? 0 : words.back().block_index + 1;
  for (PageWord& word : more) {
    word.line_index += next_line;
    word.block_index += next_block;
    words.push_back(std::move(word));
  }
}

}  // namespace docmill::pdf
