#include "extract/pdf/suspects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "extract/pdf/matrix.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/page_objects.h"

namespace docmill::pdf {
namespace {

/// Of what the object draws, in the coordinates of the page or form that holds it.
std::optional<ContentBox> bounds_of(FPDF_PAGEOBJECT object) {
  float left = 0;
  float bottom = 0;
  float right = 0;
  float top = 0;
  if (FPDFPageObj_GetBounds(object, &left, &bottom, &right, &top) == 0) return std::nullopt;
  return ContentBox{.left = left, .bottom = bottom, .right = right, .top = top};
}

ContentBox intersection(const ContentBox& a, const ContentBox& b) {
  return {.left = std::max(a.left, b.left),
          .bottom = std::max(a.bottom, b.bottom),
          .right = std::min(a.right, b.right),
          .top = std::min(a.top, b.top)};
}

double area(const ContentBox& box) { return std::max(0.0, box.right - box.left) * std::max(0.0, box.top - box.bottom); }

struct Colour {
  unsigned int r = 255, g = 255, b = 255, a = 255;

  /// As far as an eye can tell.
  bool is_like(const Colour& other) const {
    constexpr int step_max = 8;  // of 255
    const auto like = [](unsigned int x, unsigned int y) {
      return std::abs(static_cast<int>(x) - static_cast<int>(y)) <= step_max;
    };
    return like(r, other.r) && like(g, other.g) && like(b, other.b);
  }
};

constexpr Colour paper;

std::optional<Colour> fill_of(FPDF_PAGEOBJECT object) {
  Colour colour;
  if (FPDFPageObj_GetFillColor(object, &colour.r, &colour.g, &colour.b, &colour.a) == 0) return std::nullopt;
  return colour;
}

/// An area that something was painted on. Without a colour it is a picture's.
struct Ground {
  ContentBox box;
  std::optional<Colour> colour;
};

bool holds_middle(const ContentBox& outer, const ContentBox& inner) {
  const double x = (inner.left + inner.right) / 2;
  const double y = (inner.bottom + inner.top) / 2;
  return x >= outer.left && x <= outer.right && y >= outer.bottom && y <= outer.top;
}

/// So much of a box is what its glyphs fill; the rest is room above and below them.
bool covers(const ContentBox& cover, const ContentBox& text) {
  constexpr double share_min = 0.8;
  return area(intersection(cover, text)) >= share_min * area(text);
}

/// Whether the object is marked as belonging to a layer.
bool is_in_layer(FPDF_PAGEOBJECT object) {
  const int count = FPDFPageObj_CountMarks(object);
  for (int i = 0; i < count; ++i) {
    std::array<FPDF_WCHAR, 4> name{};
    unsigned long size_bytes = 0;
    FPDF_PAGEOBJECTMARK mark = FPDFPageObj_GetMark(object, static_cast<unsigned long>(i));
    if (FPDFPageObjMark_GetName(mark, name.data(), sizeof name, &size_bytes) != 0 &&
        size_bytes == 3 * sizeof(FPDF_WCHAR) && name[0] == 'O' && name[1] == 'C')
      return true;
  }
  return false;
}

/// The box of one path of a clip; whole where it has too many segments for a box.
struct ClipBox {
  ContentBox box;
  bool is_rectangle = true;
};

ClipBox read_clip(FPDF_CLIPPATH clip, int path) {
  constexpr int rectangle_segments_max = 6;
  constexpr double far = 1e9;
  const int count = FPDFClipPath_CountPathSegments(clip, path);
  if (count > rectangle_segments_max) return {.box = {-far, -far, far, far}, .is_rectangle = false};
  ClipBox result{.box = {far, far, -far, -far}};
  for (int i = 0; i < count; ++i) {
    float x = 0;
    float y = 0;
    if (FPDFPathSegment_GetPoint(FPDFClipPath_GetPathSegment(clip, path, i), &x, &y) == 0) continue;
    result.box = {.left = std::min<double>(result.box.left, x),
                  .bottom = std::min<double>(result.box.bottom, y),
                  .right = std::max<double>(result.box.right, x),
                  .top = std::max<double>(result.box.top, y)};
  }
  return result;
}

/// Whether next to nothing of the box lies in the object's clip, or nobody can tell without drawing.
bool may_be_clipped_away(FPDF_PAGEOBJECT object, const ContentBox& bounds) {
  constexpr double seen_share_min = 0.2;
  FPDF_CLIPPATH clip = FPDFPageObj_GetClipPath(object);
  const int count = FPDFClipPath_CountPaths(clip);
  ContentBox seen = bounds;
  for (int path = 0; path < count; ++path) {
    const ClipBox part = read_clip(clip, path);
    if (!part.is_rectangle) return true;
    seen = intersection(seen, part.box);
  }
  return count > 0 && area(seen) < seen_share_min * area(bounds);
}

/// The texts drawn so far, by their height on the page.
class Drawn {
 public:
  struct Text {
    FPDF_PAGEOBJECT object = nullptr;
    ContentBox box;
    bool suspect = false;
  };

  explicit Drawn(const ContentBox& page) : page_(page) {}

  void add(const Text& text) { bands_[band_of((text.box.bottom + text.box.top) / 2)].push_back(text); }

  template <typename Visit>
  void visit_covered_by(const ContentBox& cover, const Visit& visit) {
    for (std::size_t band = band_of(cover.bottom); band <= band_of(cover.top); ++band)
      for (Text& text : bands_[band])
        if (!text.suspect && covers(cover, text.box)) visit(text);
  }

 private:
  static constexpr std::size_t bands = 64;

  std::size_t band_of(double y) const {
    const double share = (y - page_.bottom) / std::max(page_.top - page_.bottom, 1.0);
    return static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * (bands - 1));
  }

  ContentBox page_;
  std::array<std::vector<Text>, bands> bands_;
};

class Finder {
 public:
  Finder(FPDF_PAGE page, const ContentBox& page_box, bool has_layers)
      : map_(page), page_box_(page_box), has_layers_(has_layers), drawn_(page_box) {}

  void look_at(FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int depth) {
    const auto bounds = bounds_of(object);
    if (!bounds) return;
    const ContentBox box = depth == 0 ? *bounds : transformed(*bounds, to_page);
    switch (type) {
      case FPDF_PAGEOBJ_TEXT:
        return look_at_text(object, *bounds, box, depth);
      case FPDF_PAGEOBJ_PATH:
        return look_at_path(object, box);
      case FPDF_PAGEOBJ_IMAGE:
        picture_area_ += area(intersection(box, page_box_));
        return paint(box, std::nullopt, covered_by_picture_);
      case FPDF_PAGEOBJ_SHADING:
        return paint(box, std::nullopt, covered_);
      default:
        return;
    }
  }

  Suspects take() {
    // A scan over its text: the text layer of an OCR is drawn first by some programs, and its picture above it.
    constexpr double scan_share_min = 0.5;
    const bool is_scan = picture_area_ >= scan_share_min * area(page_box_);
    if (!is_scan) covered_.insert(covered_.end(), covered_by_picture_.begin(), covered_by_picture_.end());
    for (const auto& [object, box] : covered_) add(object, box);
    // Invisible text beside the picture of a scan is the scanner's, as that on it.
    for (const auto& [object, box] : invisible_)
      if (!is_scan && !lies_on_picture(box)) add(object, box, true);
    return std::move(found_);
  }

 private:
  using Objects = std::vector<std::pair<FPDF_PAGEOBJECT, ContentBox>>;

  void look_at_text(FPDF_PAGEOBJECT text, const ContentBox& bounds, const ContentBox& box, int depth) {
    if (box.right <= page_box_.left || box.left >= page_box_.right || box.top <= page_box_.bottom ||
        box.bottom >= page_box_.top)
      return found_.outside.push_back(text);
    if (area(bounds) <= 0) return;  // blanks
    const int mode = FPDFTextObj_GetTextRenderMode(text);
    if (mode == FPDF_TEXTRENDERMODE_INVISIBLE) {
      invisible_.emplace_back(text, box);
      return;
    }
    // What is filled through letters is drawn by other objects.
    if (mode > FPDF_TEXTRENDERMODE_INVISIBLE) return;
    if (may_be_in_layer(text, depth) || may_be_clipped_away(text, bounds) || blends_in(text, mode, box))
      return add(text, box);
    drawn_.add({.object = text, .box = box});
  }

  /// Nobody says whether a form's own dictionary puts it into a layer.
  bool may_be_in_layer(FPDF_PAGEOBJECT text, int depth) const {
    return has_layers_ && (depth > 0 || is_in_layer(text));
  }

  /// Whether the text has the colour of what is under it, or none.
  bool blends_in(FPDF_PAGEOBJECT text, int mode, const ContentBox& box) const {
    constexpr int outline_only = 1;
    const auto colour = mode == outline_only ? std::nullopt : fill_of(text);
    if (!colour) return false;
    if (colour->a == 0) return true;
    const auto like = [&](const Colour& ground) { return ground.is_like(*colour); };
    if (!like(paper) && std::ranges::none_of(ground_colours_, like)) return false;
    const auto ground = std::find_if(grounds_.rbegin(), grounds_.rend(),
                                     [&](const Ground& below) { return holds_middle(below.box, box); });
    if (ground == grounds_.rend()) return like(paper);
    return ground->colour && like(*ground->colour);
  }

  bool lies_on_picture(const ContentBox& box) const {
    return std::ranges::any_of(
        grounds_, [&](const Ground& ground) { return !ground.colour && area(intersection(ground.box, box)) > 0; });
  }

  void look_at_path(FPDF_PAGEOBJECT path, const ContentBox& box) {
    constexpr double letter_side_min = 3;  // a thinner path is a rule
    if (box.right - box.left < letter_side_min || box.top - box.bottom < letter_side_min) return;
    int fill_mode = 0;
    FPDF_BOOL stroke = 0;
    if (FPDFPath_GetDrawMode(path, &fill_mode, &stroke) == 0 || fill_mode == 0) return;
    const auto colour = fill_of(path);
    constexpr unsigned int opaque = 255;
    if (colour && colour->a < opaque) return;
    paint(box, colour, covered_);
  }

  void paint(const ContentBox& box, const std::optional<Colour>& colour, Objects& covered) {
    drawn_.visit_covered_by(box, [&](Drawn::Text& text) {
      text.suspect = true;
      covered.emplace_back(text.object, text.box);
    });
    constexpr std::size_t grounds_max = 4096;
    constexpr std::size_t colours_max = 16;
    if (grounds_.size() >= grounds_max) return;
    grounds_.push_back({.box = box, .colour = colour});
    const auto like = [&](const Colour& known) { return known.is_like(*colour); };
    if (colour && ground_colours_.size() < colours_max && std::ranges::none_of(ground_colours_, like))
      ground_colours_.push_back(*colour);
  }

  void add(FPDF_PAGEOBJECT object, const ContentBox& box, bool invisible = false) {
    const Rect displayed = map_.displayed(box);
    found_.suspects.push_back({.object = object, .box = displayed, .invisible = invisible});
  }

  PageMap map_;
  ContentBox page_box_;
  bool has_layers_;
  Drawn drawn_;
  std::vector<Ground> grounds_;
  std::vector<Colour> ground_colours_;
  Objects covered_, covered_by_picture_, invisible_;
  double picture_area_ = 0;
  Suspects found_;
};

}  // namespace

Suspects find_suspects(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects, bool has_layers) {
  FS_RECTF box{};
  if (FPDF_GetPageBoundingBox(page, &box) == 0) return {};
  Finder finder(page, {.left = box.left, .bottom = box.bottom, .right = box.right, .top = box.top}, has_layers);
  visit_objects(objects, [&](FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int depth) {
    finder.look_at(object, type, to_page, depth);
  });
  return finder.take();
}

}  // namespace docmill::pdf
