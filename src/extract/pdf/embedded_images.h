// The images of a page as the document has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "document/limits.h"
#include "document/page.h"
#include "extract/image/embedded_png.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Images of a page at most; a page with more is made of dots or stripes.
inline constexpr std::size_t embedded_images_max = 2'000;
/// Pixels of all images of a page, in so many times `limits.page_pixels_max`.
inline constexpr std::uint64_t embedded_pixels_factor = 4;

struct EmbeddedImage {
  Rect box;  // around it, on the displayed page
  std::uint32_t width_px = 0, height_px = 0;
  double x_dpi = 0, y_dpi = 0;  // 0 where it has no extent
  // One of the three:
  std::vector<std::byte> jpeg;          // the file that stands in the document
  std::optional<image::Pixels> pixels;  // in gray, or in colours of sRGB, with the image's masks
  std::string error;                    // why there is neither
};

/// Calls `visit` with each image of the page's content, those in forms too, in the order in which they are drawn, then
/// with those that annotations draw: of these the box is the annotation's, and the resolution as if they filled it.
/// Images of patterns, which PDFium does not show, do not come. False where there are more than embedded_images_max.
///
/// JPEG comes as it is where nothing else is needed to show it: it has no other filter around it, and no mask. Of
/// others PDFium decodes the pixels. What an image is painted with beyond its own masks (transparency of the page,
/// clipping) does not count.
bool visit_embedded_images(FPDF_DOCUMENT document, FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects,
                           const Limits& limits, const std::function<void(EmbeddedImage)>& visit);

}  // namespace docmill::pdf
