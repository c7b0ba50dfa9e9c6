#include "extract/pdf/content.h"

#include <utility>

#include "extract/pdf/annotations.h"
#include "extract/pdf/handles.h"
#include "extract/pdf/matrix.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/page_objects.h"
#include "extract/pdf/shapes.h"

namespace docmill::pdf {
namespace {

// Where there are more, they are dots, and one more of them changes nothing.
constexpr std::size_t images_max = 4096;

bool has_area(const Rect& box) { return box.right > box.left && box.bottom > box.top; }

class Reader {
 public:
  explicit Reader(FPDF_PAGE page) : map_(page) {}

  void read(FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page) {
    switch (type) {
      case FPDF_PAGEOBJ_TEXT:
        ++content_.text_objects;
        if (FPDFTextObj_GetTextRenderMode(object) == FPDF_TEXTRENDERMODE_INVISIBLE) ++content_.invisible_text_objects;
        return;
      case FPDF_PAGEOBJ_IMAGE:
        return read_image(object, to_page);
      case FPDF_PAGEOBJ_PATH:
        return read_path(object, to_page);
      default:
        return;
    }
  }

  Content take() {
    for (const ContentBox& shape : shapes_) content_.shapes.push_back(map_.displayed(shape));
    return std::move(content_);
  }

 private:
  void read_image(FPDF_PAGEOBJECT image, const FS_MATRIX& to_page) {
    if (content_.images.size() >= images_max || !may_hold_letters(image)) return;
    const Rect box = box_of(image, to_page);
    if (!has_area(box)) return;
    content_.images.push_back(box);
    if (has_area_of_page(box)) content_.covered_text_objects = content_.text_objects;
  }

  void read_path(FPDF_PAGEOBJECT path, const FS_MATRIX& to_page) {
    add_shapes(path, to_page, shapes_);
    if (content_.fills.size() >= images_max || !may_paint_a_picture(path)) return;
    if (const Rect box = box_of(path, to_page); has_area(box)) content_.fills.push_back(box);
  }

  /// A gradient is often an image one pixel wide.
  static bool may_hold_letters(FPDF_PAGEOBJECT image) {
    constexpr unsigned int side_px_min = 8;
    unsigned int width = 0;
    unsigned int height = 0;
    return FPDFImageObj_GetImagePixelSize(image, &width, &height) == 0 ||
           (width >= side_px_min && height >= side_px_min);
  }

  Rect box_of(FPDF_PAGEOBJECT object, const FS_MATRIX& to_page) const {
    float left = 0;
    float bottom = 0;
    float right = 0;
    float top = 0;
    if (FPDFPageObj_GetBounds(object, &left, &bottom, &right, &top) == 0) return {};
    return map_.displayed(transformed({.left = left, .bottom = bottom, .right = right, .top = top}, to_page));
  }

  bool has_area_of_page(const Rect& box) const {
    constexpr double share = 0.8;
    return (box.right - box.left) * (box.bottom - box.top) >= share * map_.width_pt() * map_.height_pt();
  }

  PageMap map_;
  Content content_;
  std::vector<ContentBox> shapes_;
};

/// Whether the appearance holds an image, a picture painted otherwise, or as many pieces of paths as a line has
/// letters.
struct Appearance {
  bool image = false, fill = false;
  std::vector<ContentBox> shapes = {};

  bool may_be_text() const {
    constexpr std::size_t line_letters = 20;
    return fill || shapes.size() >= line_letters;
  }
};

void look_at(FPDF_PAGEOBJECT object, Appearance& found, int depth) {
  switch (FPDFPageObj_GetType(object)) {
    case FPDF_PAGEOBJ_IMAGE:
      found.image = true;
      return;
    case FPDF_PAGEOBJ_PATH:
      found.fill = found.fill || may_paint_a_picture(object);
      return add_shapes(object, identity_matrix, found.shapes);
    case FPDF_PAGEOBJ_FORM:
      for (int i = 0; depth < form_depth_max && i < FPDFFormObj_CountObjects(object); ++i)
        if (FPDF_PAGEOBJECT inner = FPDFFormObj_GetObject(object, static_cast<unsigned long>(i)); inner != nullptr)
          look_at(inner, found, depth + 1);
      return;
    default:
      return;
  }
}

}  // namespace

Content read_content(FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects) {
  Reader reader(page);
  visit_objects(objects, [&](FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int /*depth*/) {
    reader.read(object, type, to_page);
  });
  return reader.take();
}

void add_annotation_content(FPDF_PAGE page, Content& content) {
  const PageMap map(page);
  for (int i = 0; i < FPDFPage_GetAnnotCount(page) && content.images.size() < images_max; ++i) {
    const OwnedAnnotation annotation(FPDFPage_GetAnnot(page, i));
    if (!annotation || !is_shown(annotation.get())) continue;
    Appearance found;
    for (int object = 0; object < FPDFAnnot_GetObjectCount(annotation.get()); ++object)
      if (FPDF_PAGEOBJECT part = FPDFAnnot_GetObject(annotation.get(), object); part != nullptr)
        look_at(part, found, 0);
    const Rect box = box_of(annotation.get(), map);
    if (!has_area(box)) continue;
    if (found.image) content.images.push_back(box);
    if (found.may_be_text()) content.fills.push_back(box);
  }
}

}  // namespace docmill::pdf
