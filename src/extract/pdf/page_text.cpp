#include "extract/pdf/page_text.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "extract/pdf/byte_repairs.h"
#include "extract/pdf/columns.h"
#include "extract/pdf/font_text.h"
#include "extract/pdf/glyph_numbers.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/utf8_codes.h"
#include "extract/pdf/word_gaps.h"

namespace docmill::pdf {
namespace {

bool is_white(const Glyph& glyph) { return glyph.legibility == Legibility::white; }

bool is_line_end(const Glyph& glyph) { return glyph.unicode == '\r' || glyph.unicode == '\n'; }

/// A glyph that a font maps to the soft hyphen is a hyphen for whoever sees it. Where it broke a word at a line's end
/// PDFium has taken it out. One without width is not seen: clean() drops it.
void show_soft_hyphens(std::vector<Glyph>& glyphs) {
  constexpr char32_t soft_hyphen = 0xAD;
  constexpr float width_min = 0.05F;  // of its height; a hyphen has 0.3
  for (Glyph& glyph : glyphs)
    if (glyph.unicode == soft_hyphen &&
        glyph.box.right - glyph.box.left > width_min * (glyph.box.top - glyph.box.bottom))
      glyph.unicode = '-';
}

void judge(std::vector<Glyph>& glyphs) {
  FPDF_PAGEOBJECT last = nullptr;
  bool invisible = false;
  for (Glyph& glyph : glyphs) {
    if (glyph.object != last)
      invisible =
          glyph.object != nullptr && FPDFTextObj_GetTextRenderMode(glyph.object) == FPDF_TEXTRENDERMODE_INVISIBLE;
    last = glyph.object;
    glyph.invisible = invisible;
    glyph.legibility = legibility_of(glyph.unicode, glyph.is_code);
    // The number of a glyph that is drawn ends no line.
    constexpr char32_t dropped_by_cleaning = 1;
    if (glyph.is_code && glyph.unicode <= ' ') glyph.unicode = dropped_by_cleaning;
  }
}

bool lies_on(const FS_RECTF& page, const FS_RECTF& box) {
  const float x = (box.left + box.right) / 2;
  const float y = (box.bottom + box.top) / 2;
  return x >= page.left && x <= page.right && y >= page.bottom && y <= page.top;
}

/// Without the glyphs whose middle lies outside of the page, and without the spaces and lines that they leave empty.
bool leave_out_what_lies_outside(std::vector<Glyph>& glyphs, const FS_RECTF& page) {
  const auto outside = [&](const Glyph& glyph) { return !is_white(glyph) && !lies_on(page, glyph.box); };
  if (std::ranges::none_of(glyphs, outside)) return false;
  std::vector<Glyph> kept;
  for (auto from = glyphs.begin(); from != glyphs.end();) {
    const auto end = std::find_if(from, glyphs.end(), is_line_end);
    const auto next = std::find_if_not(end, glyphs.end(), is_line_end);
    const bool cut = std::any_of(from, end, outside);
    const auto start = kept.size();
    for (auto glyph = from; glyph != end; ++glyph) {
      const bool leading_space = cut && is_white(*glyph) && kept.size() == start;
      if (!leading_space && !outside(*glyph)) kept.push_back(*glyph);
    }
    if (!cut || kept.size() > start) kept.insert(kept.end(), end, next);
    from = next;
  }
  glyphs = std::move(kept);
  return true;
}

std::u16string utf16_of(std::span<const Glyph> glyphs) {
  std::u16string text(2 * glyphs.size(), u'\0');
  auto next = text.begin();
  for (const Glyph& glyph : glyphs) {
    if (glyph.unicode > 0xFFFF) {
      *next++ = static_cast<char16_t>(0xD7C0 + (glyph.unicode >> 10));
      *next++ = static_cast<char16_t>(0xDC00 + (glyph.unicode & 0x3FF));
    } else {
      *next++ = static_cast<char16_t>(glyph.unicode);
    }
  }
  text.erase(next, text.end());
  return text;
}

/// Boxes of glyphs as runs without a large gap.
class Runs {
 public:
  explicit Runs(std::vector<Rect>& runs) : runs_(runs) {}

  void end() { ended_ = true; }

  /// Grows the last run by a glyph, or starts another one: on the next line, or past a gap that no word space is.
  void add(const Rect& glyph) {
    if (!runs_.empty() && !ended_) {
      Rect& run = runs_.back();
      const double height = std::max(run.bottom - run.top, glyph.bottom - glyph.top);
      const double overlap = std::min(run.bottom, glyph.bottom) - std::max(run.top, glyph.top);
      const double gap = std::max(glyph.left - run.right, run.left - glyph.right);
      if (2 * overlap >= height && gap <= 2 * height) {
        run = {.left = std::min(run.left, glyph.left),
               .top = std::min(run.top, glyph.top),
               .right = std::max(run.right, glyph.right),
               .bottom = std::max(run.bottom, glyph.bottom)};
        return;
      }
    }
    ended_ = false;
    runs_.push_back(glyph);
  }

 private:
  std::vector<Rect>& runs_;
  bool ended_ = false;
};

/// What finds words and lines among glyphs; no words without marks.
struct Placing {
  const std::optional<CharMarks>& marks;
  const WordStyles& styles;
  const PageMap& map;
};

struct PlacedText {
  text::Cleaned cleaned;
  PlacedWords placed = {};
};

PlacedText cleaned_text_of(std::span<const Glyph> glyphs, const Placing& placing) {
  if (!placing.marks) return {.cleaned = text::clean(utf16_of(glyphs))};
  text::CleanedWords cleaned = text::clean_with_words(utf16_of(glyphs));
  return {.cleaned = std::move(cleaned.cleaned),
          .placed = place_words(std::move(cleaned.words), glyphs, *placing.marks, placing.styles, placing.map)};
}

/// Without what is contradicted.
PlacedText trusted_text_of(std::span<const Glyph> glyphs, const Placing& placing) {
  const auto is_contradicted = [](const Glyph& glyph) { return glyph.legibility == Legibility::contradicted; };
  if (std::ranges::none_of(glyphs, is_contradicted)) return cleaned_text_of(glyphs, placing);
  std::vector<Glyph> trusted(glyphs.begin(), glyphs.end());
  std::erase_if(trusted, is_contradicted);
  return cleaned_text_of(trusted, placing);
}

/// What the glyphs are, and where the readable ones stand.
void add_glyphs(const PageMap& map, std::span<const Glyph> glyphs, TextLine& line) {
  Runs readable(line.boxes);
  Runs contradicted(line.contradicted);
  for (const Glyph& glyph : glyphs) {
    if (is_unreadable(glyph.legibility)) ++line.unreadable;
    if (is_readable(glyph.legibility)) {
      if (line.readable == 0) line.font = glyph.font;
      if (line.font != glyph.font) line.font.reset();
      ++line.readable;
      if (glyph.invisible) ++line.invisible;
    }
    if (!is_readable(glyph.legibility) && glyph.legibility != Legibility::contradicted) continue;
    const auto& [left, top, right, bottom] = glyph.box;
    const Rect box = map.displayed({.left = left, .bottom = bottom, .right = right, .top = top});
    if (box.right <= box.left || box.bottom <= box.top) continue;
    // One kind ends the runs of the other, however short it is.
    (is_readable(glyph.legibility) ? readable : contradicted).add(box);
    (is_readable(glyph.legibility) ? contradicted : readable).end();
  }
}

/// `ends(last, next)`: whether a line ends between two glyphs, or with a line end that is no part of it.
template <typename Ends>
std::vector<TextLine> lines_until(std::span<const Glyph> glyphs, const Placing& placing, const Ends& ends) {
  std::vector<TextLine> lines;
  std::vector<LinePlace> places;
  for (std::size_t from = 0; from < glyphs.size();) {
    std::size_t to = from;
    while (to < glyphs.size() && !ends(glyphs[to > from ? to - 1 : to], glyphs[to])) ++to;
    const auto line = glyphs.subspan(from, to - from);
    PlacedText text = trusted_text_of(line, placing);
    for (PageWord& word : text.placed.words) word.line_index += static_cast<std::uint32_t>(places.size());
    places.insert(places.end(), text.placed.lines.begin(), text.placed.lines.end());
    lines.push_back({.text = std::move(text.cleaned.text), .words = std::move(text.placed.words)});
    add_glyphs(placing.map, line, lines.back());
    from = to < glyphs.size() && glyphs[to].unicode == '\n' ? to + 1 : to;
  }
  if (placing.marks) {
    const std::vector<std::uint32_t> blocks = number_blocks(places);
    for (TextLine& line : lines)
      for (PageWord& word : line.words) word.block_index = blocks[word.line_index];
  }
  return lines;
}

}  // namespace

std::optional<PageGlyphs> read_page_glyphs(FPDF_PAGE page, FPDF_TEXTPAGE text_page, WordStyles* styles) {
  if (text_page == nullptr || FPDFText_CountChars(text_page) < 0) return std::nullopt;
  PageGlyphs result;
  std::vector<Glyph> glyphs = read_glyphs(text_page);
  result.font_handles = number_fonts(glyphs);
  result.repaired = read_glyph_numbers(text_page, glyphs, result.font_handles.size());
  drop_marks(glyphs);
  result.left_out = std::cmp_less(glyphs.size(), FPDFText_CountChars(text_page));
  drop_spare_spaces(glyphs);
  result.repaired = decode_utf8(glyphs) || result.repaired;
  result.repaired = mend_bytes(glyphs, result.font_handles.size()) || result.repaired;
  show_soft_hyphens(glyphs);
  judge(glyphs);
  FS_RECTF box{};
  if (FPDF_GetPageBoundingBox(page, &box) != 0) result.outside = leave_out_what_lies_outside(glyphs, box);
  SettingReader settings(text_page);
  result.glyphs = in_column_order(separated(std::move(glyphs), [&](const Glyph& glyph) { return settings.of(glyph); }));
  result.fonts = read_fonts(result.glyphs, result.font_handles.size());
  if (styles != nullptr)
    result.marks = {.ink = read_ink(text_page), .style = read_styles(page, text_page, result.glyphs, *styles)};
  return result;
}

std::uint32_t count_readable(const PageGlyphs& glyphs) {
  return static_cast<std::uint32_t>(std::ranges::count_if(glyphs.glyphs, is_readable, &Glyph::legibility));
}

std::uint32_t count_unreadable(const PageGlyphs& glyphs) {
  return static_cast<std::uint32_t>(std::ranges::count_if(glyphs.glyphs, is_unreadable, &Glyph::legibility));
}

TextAndWords text_of(const PageGlyphs& glyphs, const WordStyles& styles, const PageMap& map) {
  PlacedText text = cleaned_text_of(glyphs.glyphs, {.marks = glyphs.marks, .styles = styles, .map = map});
  set_blocks(text.placed.words, text.placed.lines);
  return {.cleaned = std::move(text.cleaned), .words = std::move(text.placed.words)};
}

std::vector<TextLine> lines_of(const PageGlyphs& glyphs, const WordStyles& styles, const PageMap& map) {
  return lines_until(glyphs.glyphs, {.marks = glyphs.marks, .styles = styles, .map = map},
                     [](const Glyph& /*last*/, const Glyph& glyph) { return glyph.unicode == '\n'; });
}

std::vector<TextLine> pieces_of(const PageGlyphs& glyphs, const PageMap& map) {
  const auto ends = [](const Glyph& last, const Glyph& glyph) {
    const bool other_font = glyph.font != Glyph::no_font && last.font != Glyph::no_font && glyph.font != last.font;
    return glyph.unicode == '\n' || other_font;
  };
  return lines_until(glyphs.glyphs, {.marks = std::nullopt, .styles = {}, .map = map}, ends);
}

}  // namespace docmill::pdf
