#include "extract/pdf/page_text.h"

#include <algorithm>
#include <string>

#include "extract/pdf/handles.h"

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

}  // namespace

std::optional<text::Cleaned> read_text(FPDF_PAGE page) {
  const OwnedTextPage text_page(FPDFText_LoadPage(page));
  const int count = text_page ? FPDFText_CountChars(text_page.get()) : -1;
  if (count < 0) return std::nullopt;
  std::u16string raw(static_cast<std::size_t>(count) + 1, u'\0');
  static_assert(sizeof(char16_t) == sizeof(unsigned short));
  const int written = FPDFText_GetText(text_page.get(), 0, count, reinterpret_cast<unsigned short*>(raw.data()));
  raw.resize(static_cast<std::size_t>(std::max(written - 1, 0)));  // the last one is a NUL
  mark_hyphens(text_page.get(), raw);
  return text::clean(raw);
}

}  // namespace docmill::pdf
