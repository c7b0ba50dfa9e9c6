// Whether a page needs OCR, and where: docs/ocr.md states the rule.
#pragma once

#include <cstdint>
#include <vector>

#include "extract/ocr_decision.h"
#include "extract/own_text.h"
#include "extract/reading.h"
#include "extract/trust.h"

namespace docmill::extract {

/// What to recognise: regions of the page, none of them if the page has no need.
struct OcrPlan {
  std::vector<Rect> regions = {};
  bool beside_own_text = false;
  bool undecided = false;  // the page is too large to be looked at
};

/// Tells the reason to the sink, where there was something to decide.
OcrPlan plan_ocr(const Reading& reading, pdf::Page& page, std::uint32_t page_index, OwnText& own, const Trust& trust);

/// In pixels of the page drawn at `dpi`.
ink::Box pixels_of(const Rect& box, double dpi);

}  // namespace docmill::extract
