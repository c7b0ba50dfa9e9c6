// From a page's own coordinates (origin anywhere, y upward, before /Rotate) to the displayed page's.
#pragma once

#include "document/page.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// A box in the coordinates of the page's content.
struct ContentBox {
  double left = 0, bottom = 0, right = 0, top = 0;
};

class PageMap {
 public:
  explicit PageMap(FPDF_PAGE page);

  /// The box on the displayed page, in points; what lies outside of the page is cut off, to an empty box if it is all.
  Rect displayed(const ContentBox& box) const;

  /// A point, also one that lies outside of the page. As exact as the unit: a sixteenth of a point, or coarser on a
  /// page of kilometres.
  PagePoint displayed(double x, double y) const;

  double width_pt() const { return width_units_ / units_per_point_; }
  double height_pt() const { return height_units_ / units_per_point_; }

 private:
  FPDF_PAGE page_;
  double units_per_point_;  // PDFium answers in whole numbers
  int width_units_, height_units_;
};

}  // namespace docmill::pdf
