#include "extract/pdf/page_text.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "extract/pdf/handles.h"
#include "extract/pdf/page_map.h"

namespace docmill::pdf {
namespace {

/// PDFium writes U+FFFE both for the hyphen that broke a word at a line's end and for a character that has no Unicode.
/// Only it can tell them apart; a call for each character would cost more than the extraction, so only these are asked.
void mark_hyphens(FPDF_TEXTPAGE text_page, std::u16string& raw) {
  constexpr char16_t hyphen_or_unknown = 0xFFFE;
  constexpr char16_t other_control = 0x0001;
  // A U+0002 of the document's own is a control character like others, not a mark.
  std::replace(raw.begin(), raw.end(), text::line_end_hyphen, other_control);
  for (std::size_t at = raw.find(hyphen_or_unknown); at != std::u16string::npos;
       at = raw.find(hyphen_or_unknown, at + 1)) {
    const int index = FPDFText_GetCharIndexFromTextIndex(text_page, static_cast<int>(at));
    if (FPDFText_IsHyphen(text_page, index) == 1) raw[at] = text::line_end_hyphen;
  }
}

/// The page's text as PDFium writes it, with hyphens marked; nothing when it cannot be read.
std::optional<std::u16string> read_raw(FPDF_TEXTPAGE text_page) {
  const int count = text_page != nullptr ? FPDFText_CountChars(text_page) : -1;
  if (count < 0) return std::nullopt;
  std::u16string raw(static_cast<std::size_t>(count) + 1, u'\0');
  static_assert(sizeof(char16_t) == sizeof(unsigned short));
  const int written = FPDFText_GetText(text_page, 0, count, reinterpret_cast<unsigned short*>(raw.data()));
  raw.resize(static_cast<std::size_t>(std::max(written - 1, 0)));  // the last one is a NUL
  mark_hyphens(text_page, raw);
  return raw;
}

/// Grows the last run by a glyph, or starts another one: on the next line, or past a gap that no word space is.
void add_glyph(std::vector<Rect>& runs, const Rect& glyph) {
  if (!runs.empty()) {
    Rect& run = runs.back();
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
  runs.push_back(glyph);
}

bool is_white(char16_t c) { return c == u' ' || c == u'\t' || c == u'\r' || c == u'\n' || c == u'\u00A0'; }

/// Where the glyphs of text [from, to) stand.
std::vector<Rect> runs_of(FPDF_TEXTPAGE text_page, const PageMap& map, std::u16string_view raw, std::size_t from,
                          std::size_t to) {
  std::vector<Rect> runs;
  for (std::size_t at = from; at < to; ++at) {
    FS_RECTF box{};
    const int index = is_white(raw[at]) ? -1 : FPDFText_GetCharIndexFromTextIndex(text_page, static_cast<int>(at));
    if (index < 0 || FPDFText_GetLooseCharBox(text_page, index, &box) == 0) continue;
    const Rect glyph = map.displayed({.left = box.left, .bottom = box.bottom, .right = box.right, .top = box.top});
    if (glyph.right > glyph.left && glyph.bottom > glyph.top) add_glyph(runs, glyph);
  }
  return runs;
}

}  // namespace

std::optional<text::Cleaned> read_text(FPDF_PAGE page) {
  const OwnedTextPage text_page(FPDFText_LoadPage(page));
  const auto raw = read_raw(text_page.get());
  if (!raw) return std::nullopt;
  return text::clean(*raw);
}

std::vector<TextLine> read_lines(FPDF_PAGE page) {
  const OwnedTextPage text_page(FPDFText_LoadPage(page));
  const auto raw = read_raw(text_page.get());
  if (!raw) return {};
  const PageMap map(page);
  std::vector<TextLine> lines;
  for (std::size_t from = 0; from < raw->size();) {
    const std::size_t to = std::min(raw->find(u'\n', from), raw->size());
    lines.push_back({.text = text::clean(std::u16string_view(*raw).substr(from, to - from)).text,
                     .boxes = runs_of(text_page.get(), map, *raw, from, to)});
    from = to + 1;
  }
  return lines;
}

}  // namespace docmill::pdf
