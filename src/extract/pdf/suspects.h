// Text objects that may not be seen, told without drawing.
#pragma once

#include <span>
#include <vector>

#include "document/page.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

struct Suspect {
  FPDF_PAGEOBJECT object = nullptr;  // a text, or a form with text
  Rect box;                          // on the displayed page
  bool invisible = false;            // in text rendering mode 3: seen as what is drawn in its place
};

struct Suspects {
  std::vector<FPDF_PAGEOBJECT> outside;  // wholly outside of the page's box
  std::vector<Suspect> suspects;
};

/// One pass over `objects`, which are the page's (objects_of()). `has_layers`: the document has optional content.
Suspects find_suspects(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects, bool has_layers);

}  // namespace docmill::pdf
