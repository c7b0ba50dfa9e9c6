#include "extract/pdf/words.h"

#include <algorithm>
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

std::vector<PageWord> place_words(std::vector<text::CleanedWord> words, std::span<const Glyph> glyphs,
                                  std::span<const FS_RECTF> ink, const PageMap& map) {
  std::vector<PageWord> placed;
  placed.reserve(words.size());
  Units units(glyphs);
  for (text::CleanedWord& word : words) {
    const std::size_t first = units.glyph_of(word.first);
    const std::size_t last = units.glyph_of(word.last);
    Around around;
    for (const Glyph& glyph : glyphs.subspan(first, last - first + 1)) {
      around.add(glyph.box);
      if (glyph.index >= 0) around.add(ink[static_cast<std::size_t>(glyph.index)]);
    }
    placed.push_back({.text = std::move(word.text), .box = around.box() ? map.displayed(*around.box()) : Rect{}});
  }
  return placed;
}

void append_words(std::vector<PageWord>& words, std::string_view utf8, const Rect& box, WordSource source) {
  for (const std::string_view word : text::words_in(utf8))
    words.push_back({.text = std::string(word), .box = box, .source = source});
}

}  // namespace docmill::pdf
