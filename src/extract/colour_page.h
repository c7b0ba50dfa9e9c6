// A page in colour, for its image and for crops of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "document/page.h"
#include "extract/image/pixel_image.h"
#include "extract/reading.h"

namespace docmill::extract {

/// A page, or a part of it, before it is encoded.
struct DrawnPage {
  ColourImage image;                     // says at which dpi it is
  bool reduced = false;                  // fewer pixels than were asked for
  bool partly_decoded = false;           // of a damaged image file
  std::int32_t left_px = 0, top_px = 0;  // where it lies on the page at that dpi
};

/// What draws one page.
struct ColourDrawing {
  /// All of it. Of a page of an image file `dpi` is not looked at: it comes at its own.
  std::function<Result<DrawnPage>(double dpi)> whole;
  /// Null where the whole page can always be had.
  std::function<Result<DrawnPage>(const Rect& part, double dpi)> part = {};
  /// It has pixels of its own.
  bool is_picture = false;
};

/// Draws a page once for each resolution that is asked for, one after the other, and holds no more than one drawing.
class ColourPage {
 public:
  explicit ColourPage(ColourDrawing drawing) : drawing_(std::move(drawing)) {}

  bool is_picture() const { return drawing_.is_picture; }
  /// Lent until the next call.
  const Result<DrawnPage>& at(double dpi);
  Result<DrawnPage> take(double dpi);
  /// Of a page that is too large to be drawn whole at that dpi. REQUIRES: !is_picture().
  Result<DrawnPage> part(const Rect& part, double dpi);

 private:
  ColourDrawing drawing_;
  double dpi_ = 0;  // that the drawing was asked for at
  std::optional<Result<DrawnPage>> drawn_;
};

}  // namespace docmill::extract
