// Coordinates of an object in a form to those of what holds the form.
#pragma once

#include <algorithm>

#include "extract/pdf/page_map.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

inline constexpr FS_MATRIX identity_matrix{.a = 1, .b = 0, .c = 0, .d = 1, .e = 0, .f = 0};

/// First `inner`, then `outer`.
inline FS_MATRIX concatenated(const FS_MATRIX& inner, const FS_MATRIX& outer) {
  return {.a = (inner.a * outer.a) + (inner.b * outer.c),
          .b = (inner.a * outer.b) + (inner.b * outer.d),
          .c = (inner.c * outer.a) + (inner.d * outer.c),
          .d = (inner.c * outer.b) + (inner.d * outer.d),
          .e = (inner.e * outer.a) + (inner.f * outer.c) + outer.e,
          .f = (inner.e * outer.b) + (inner.f * outer.d) + outer.f};
}

/// The box around the box's image.
inline ContentBox transformed(const ContentBox& box, const FS_MATRIX& matrix) {
  const auto [x_low, x_high] =
      std::minmax({(matrix.a * box.left) + (matrix.c * box.bottom), (matrix.a * box.left) + (matrix.c * box.top),
                   (matrix.a * box.right) + (matrix.c * box.bottom), (matrix.a * box.right) + (matrix.c * box.top)});
  const auto [y_low, y_high] =
      std::minmax({(matrix.b * box.left) + (matrix.d * box.bottom), (matrix.b * box.left) + (matrix.d * box.top),
                   (matrix.b * box.right) + (matrix.d * box.bottom), (matrix.b * box.right) + (matrix.d * box.top)});
  return {.left = x_low + matrix.e, .bottom = y_low + matrix.f, .right = x_high + matrix.e, .top = y_high + matrix.f};
}

}  // namespace docmill::pdf
