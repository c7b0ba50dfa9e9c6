// Codes of pictures -> codes of the page.
#pragma once

#include <span>
#include <vector>

#include "document/page.h"
#include "extract/codes/codes.h"

namespace docmill::codes {

/// Where a picture lies on the displayed page: its pixel at (x, y) at (a x + c y + e, b x + d y + f) points.
struct Placement {
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;

  /// Of the same picture with pixels of `factor` times their size.
  Placement scaled(double factor) const {
    return {.a = a * factor, .b = b * factor, .c = c * factor, .d = d * factor, .e = e, .f = f};
  }
  /// Of a part of a picture, where this says how the part lies in it, and `outer` where the picture lies.
  Placement within(const Placement& outer) const {
    return {.a = (outer.a * a) + (outer.c * b),
            .b = (outer.b * a) + (outer.d * b),
            .c = (outer.a * c) + (outer.c * d),
            .d = (outer.b * c) + (outer.d * d),
            .e = (outer.a * e) + (outer.c * f) + outer.e,
            .f = (outer.b * e) + (outer.d * f) + outer.f};
  }
  PagePoint of(Point point) const {
    return {.x = (a * point.x) + (c * point.y) + e, .y = (b * point.x) + (d * point.y) + f};
  }
};

/// Codes of one page, found in several pictures of it.
class PageCodes {
 public:
  PageCodes(double page_width_pt, double page_height_pt) : width_pt_(page_width_pt), height_pt_(page_height_pt) {}

  /// A code that is there already, one of the same bytes at the same place, is not added, but gives its corners where
  /// they hold more; nor is one added that lies off the page. Of what is cut off by the page's edge, the corners are
  /// moved to that edge.
  void add(std::span<const Code> codes, const Placement& placement, CodeSource source);
  /// Whether a known code covers most of a part of a picture, given in the picture's pixels.
  bool has_most_of(const Rect& part, const Placement& placement) const;
  /// By rows from top to bottom, each from left to right. Without what is a part of another of its kind at the same
  /// place: a line of pixels across bars at a slant meets some of them only, and some kinds have no check digit.
  std::vector<PageCode> take() &&;

 private:
  bool is_on_page(const PageCode& code) const;
  PagePoint on_page(PagePoint point) const;

  double width_pt_, height_pt_;
  std::vector<PageCode> codes_;
};

}  // namespace docmill::codes
