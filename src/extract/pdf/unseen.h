// Text that a page holds and does not show.
#pragma once

#include <cstddef>
#include <span>

#include "extract/pdf/handles.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// A page with more suspects, or one that needs more drawings to settle them, keeps the rest.
inline constexpr std::size_t suspects_max = 2048;
inline constexpr int drawings_max = 8;

struct UnseenOptions {
  bool has_layers = false;  // the document has optional content
  bool may_draw = true;     // false: suspects are kept
};

struct SeenText {
  OwnedTextPage text;      // null where PDFium cannot read the page
  bool left_out = false;   // text objects were switched off
  bool undecided = false;  // suspects were kept
};

/// The page's text with the text objects switched off that nobody sees: PDFium leaves them out of the text that it is
/// asked for, now and later, and out of drawings, where they were not.
///
/// What lies outside of the page's box is not seen. Text in a layer, clipped away, under something opaque that is drawn
/// later, in the colour of its ground or without any is suspect: the page is drawn at 72 dpi with and without it, and
/// where no pixel differs it was not seen. Text in rendering mode 3 is not seen where nothing is drawn in its place.
/// The text layer of a scan, over its picture, under it or beside it, is no suspect. A page without suspects is not
/// drawn. `objects` are the page's (objects_of()).
SeenText load_seen_text(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects, const UnseenOptions& options);

}  // namespace docmill::pdf
