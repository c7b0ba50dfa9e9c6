#include "extract/pdf/shapes.h"

#include <algorithm>
#include <optional>

#include "extract/pdf/matrix.h"

namespace docmill::pdf {
namespace {

constexpr double size_pt_min = 2;
constexpr double size_pt_max = 108;
// Of all paths of a page together a map has this many pieces of a line; reading them takes a millisecond or two.
constexpr int segments_max = 20'000;

bool is_of_letter_size(const ContentBox& box) {
  const double size = std::max(box.right - box.left, box.top - box.bottom);
  return size >= size_pt_min && size <= size_pt_max;
}

void add(const ContentBox& box, const FS_MATRIX& to_page, std::vector<ContentBox>& shapes) {
  const ContentBox placed = transformed(box, to_page);
  if (shapes.size() < shapes_max && is_of_letter_size(placed)) shapes.push_back(placed);
}

/// One piece after the other: from where the pen is set down to where it is lifted.
void add_pieces(FPDF_PAGEOBJECT path, int segments, const FS_MATRIX& to_page, std::vector<ContentBox>& shapes) {
  std::optional<ContentBox> piece;
  int points = 0;
  const auto finish = [&] {
    constexpr int points_of_rectangle = 5;
    if (piece && points > points_of_rectangle) add(*piece, to_page, shapes);
    piece.reset();
    points = 0;
  };
  for (int i = 0; i < std::min(segments, segments_max); ++i) {
    FPDF_PATHSEGMENT segment = FPDFPath_GetPathSegment(path, i);
    float x = 0;
    float y = 0;
    if (segment == nullptr || FPDFPathSegment_GetPoint(segment, &x, &y) == 0) continue;
    if (FPDFPathSegment_GetType(segment) == FPDF_SEGMENT_MOVETO) finish();
    if (!piece) piece = ContentBox{.left = x, .bottom = y, .right = x, .top = y};
    piece = ContentBox{.left = std::min<double>(piece->left, x),
                       .bottom = std::min<double>(piece->bottom, y),
                       .right = std::max<double>(piece->right, x),
                       .top = std::max<double>(piece->top, y)};
    ++points;
  }
  finish();
}

}  // namespace

void add_shapes(FPDF_PAGEOBJECT path, const FS_MATRIX& to_page, std::vector<ContentBox>& shapes) {
  int fill_mode = 0;
  FPDF_BOOL stroke = 0;
  if (FPDFPath_GetDrawMode(path, &fill_mode, &stroke) == 0 || (fill_mode == 0 && stroke == 0)) return;
  // A rectangle has four or five points. Of strokes a letter may have two, such as each of the three of an H.
  constexpr int rectangle_segments_max = 5;
  const int segments = FPDFPath_CountSegments(path);
  if (segments <= rectangle_segments_max && stroke == 0) return;
  float left = 0;
  float bottom = 0;
  float right = 0;
  float top = 0;
  if (FPDFPageObj_GetBounds(path, &left, &bottom, &right, &top) == 0) return;
  const ContentBox bounds{.left = left, .bottom = bottom, .right = right, .top = top};
  if (is_of_letter_size(transformed(bounds, to_page))) return add(bounds, to_page, shapes);
  FS_MATRIX own{};
  if (segments > rectangle_segments_max && FPDFPageObj_GetMatrix(path, &own) != 0)
    add_pieces(path, segments, concatenated(own, to_page), shapes);
}

bool may_paint_a_picture(FPDF_PAGEOBJECT path) {
  int fill_mode = 0;
  FPDF_BOOL stroke = 0;
  if (FPDFPath_GetDrawMode(path, &fill_mode, &stroke) == 0 || fill_mode == 0) return false;
  unsigned int r = 0;
  unsigned int g = 0;
  unsigned int b = 0;
  unsigned int a = 0;
  if (FPDFPageObj_GetFillColor(path, &r, &g, &b, &a) == 0) return true;
  constexpr unsigned int tiling_gray = 0xBF;
  constexpr unsigned int opaque = 0xFF;
  if (r == tiling_gray && g == tiling_gray && b == tiling_gray) return true;
  return a == opaque && FPDFPageObj_HasTransparency(path) != 0;
}

}  // namespace docmill::pdf
