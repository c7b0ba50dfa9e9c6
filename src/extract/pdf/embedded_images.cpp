#include "extract/pdf/embedded_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

#include "extract/pdf/annotations.h"
#include "extract/pdf/bitmap.h"
#include "extract/pdf/handles.h"
#include "extract/pdf/matrix.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/page_objects.h"

namespace docmill::pdf {
namespace {

constexpr std::uint8_t opaque = 0xff;

/// While it lives, one pixel of the image is one unit of the page: what is drawn then has the image's own pixels.
class AtOwnSize {
 public:
  AtOwnSize(FPDF_PAGEOBJECT object, std::uint32_t width_px, std::uint32_t height_px) : object_(object) {
    const FS_MATRIX own_size{
        .a = static_cast<float>(width_px), .b = 0, .c = 0, .d = static_cast<float>(height_px), .e = 0, .f = 0};
    is_set_ = FPDFPageObj_GetMatrix(object, &before_) != 0 && FPDFPageObj_SetMatrix(object, &own_size) != 0;
  }
  AtOwnSize(const AtOwnSize&) = delete;
  AtOwnSize& operator=(const AtOwnSize&) = delete;
  ~AtOwnSize() {
    if (is_set_) FPDFPageObj_SetMatrix(object_, &before_);
  }

  bool is_set() const { return is_set_; }

 private:
  FPDF_PAGEOBJECT object_;
  FS_MATRIX before_{};
  bool is_set_ = false;
};

/// A copy; the fourth sample of a format that has none of its own is opaque.
std::optional<image::Pixels> pixels_of(FPDF_BITMAP bitmap) {
  const auto view = view_of(bitmap);
  // Colours that are multiplied with how opaque they are cannot be had back.
  if (!view || FPDFBitmap_GetFormat(bitmap) == FPDFBitmap_BGRA_Premul) return std::nullopt;
  image::Pixels pixels{.width_px = view->width_px, .height_px = view->height_px, .samples = view->samples, .bytes = {}};
  pixels.bytes.reserve(view->row_bytes() * view->height_px);
  for (std::size_t y = 0; y < view->height_px; ++y) {
    const auto row = view->row(y);
    pixels.bytes.insert(pixels.bytes.end(), row.begin(), row.end());
  }
  if (FPDFBitmap_GetFormat(bitmap) == FPDFBitmap_BGRx)
    for (std::size_t at = 3; at < pixels.bytes.size(); at += 4) pixels.bytes[at] = opaque;
  return pixels;
}

/// Whether it is more opaque in one place than in another. Equally little everywhere is what the page paints it with.
bool has_mask(const image::Pixels& drawn) {
  for (std::size_t at = 3; at < drawn.bytes.size(); at += 4)
    if (drawn.bytes[at] != drawn.bytes[3]) return true;
  return false;
}

bool shows_something(const std::optional<image::Pixels>& drawn) { return drawn && drawn->bytes[3] != 0; }

/// Of a JPEG that is none, what is drawn is nothing.
bool can_decode(FPDF_PAGEOBJECT object) { return OwnedBitmap(FPDFImageObj_GetBitmap(object)) != nullptr; }

/// The colours of the one and the opacity of the other, of the same size.
image::Pixels masked(const image::Pixels& colours, image::Pixels drawn) {
  const std::size_t samples = colours.samples;
  const std::size_t count = drawn.bytes.size() / 4;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t sample = 0; sample < 3; ++sample)
      drawn.bytes[(4 * i) + sample] = colours.bytes[(samples * i) + (samples == 1 ? 0 : sample)];
  return drawn;
}

class Reader {
 public:
  Reader(FPDF_DOCUMENT document, FPDF_PAGE page, const Limits& limits, const std::function<void(EmbeddedImage)>& visit)
      : document_(document),
        page_(page),
        map_(page),
        limits_(limits),
        pixels_left_(embedded_pixels_factor * limits.page_pixels_max),
        visit_(visit) {}

  void operator()(FPDF_PAGEOBJECT object, int type, const FS_MATRIX& to_page, int /*depth*/) {
    if (type != FPDF_PAGEOBJ_IMAGE) return;
    if (++count_ > embedded_images_max) return;
    EmbeddedImage image;
    unsigned int width = 0, height = 0;
    if (FPDFImageObj_GetImagePixelSize(object, &width, &height) != 0)
      std::tie(image.width_px, image.height_px) = std::pair(width, height);
    place(object, to_page, image);
    read(object, image);
    visit_(std::move(image));
  }

  /// What comes next is drawn by an annotation, which fits it into its box.
  void enter_annotation(const Rect& box) { annotation_ = box; }

  bool is_complete() const { return count_ <= embedded_images_max; }

 private:
  void place(FPDF_PAGEOBJECT object, const FS_MATRIX& to_page, EmbeddedImage& image) const {
    FS_MATRIX own{};
    if (FPDFPageObj_GetMatrix(object, &own) == 0) return;
    const FS_MATRIX matrix = concatenated(own, to_page);
    if (annotation_)
      image.box = *annotation_;
    else
      image.box = map_.displayed(transformed({.left = 0, .bottom = 0, .right = 1, .top = 1}, matrix));
    const auto dpi = [](std::uint32_t pixels, double length_pt) {
      constexpr double points_of_inch = 72;
      return length_pt > 0 && std::isfinite(length_pt) ? pixels * points_of_inch / length_pt : 0;
    };
    image.x_dpi = dpi(image.width_px, annotation_ ? image.box.right - image.box.left : std::hypot(matrix.a, matrix.b));
    image.y_dpi = dpi(image.height_px, annotation_ ? image.box.bottom - image.box.top : std::hypot(matrix.c, matrix.d));
  }

  void read(FPDF_PAGEOBJECT object, EmbeddedImage& image) {
    const std::uint64_t pixels = std::uint64_t{image.width_px} * image.height_px;
    if (pixels == 0) {
      image.error = "an image without pixels";
      return;
    }
    if (pixels > std::min(limits_.page_pixels_max, pixels_left_)) {
      image.error =
          fmt::format("{} x {} pixels, {} are allowed, and {} for all images of a page", image.width_px,
                      image.height_px, limits_.page_pixels_max, embedded_pixels_factor * limits_.page_pixels_max);
      return;
    }
    pixels_left_ -= pixels;
    const std::optional<image::Pixels> drawn = draw(object, image);
    const bool is_masked = drawn && has_mask(*drawn);
    if (!is_masked && (shows_something(drawn) || can_decode(object))) image.jpeg = jpeg_of(object);
    if (!image.jpeg.empty()) return;
    if (is_masked && is_stencil(object))
      image.pixels = *drawn;
    else
      decode(object, image, is_masked ? &*drawn : nullptr);
  }

  void decode(FPDF_PAGEOBJECT object, EmbeddedImage& image, const image::Pixels* drawn) {
    const OwnedBitmap bitmap(FPDFImageObj_GetBitmap(object));
    std::optional<image::Pixels> colours = bitmap ? pixels_of(bitmap.get()) : std::nullopt;
    if (!colours || colours->width_px != image.width_px || colours->height_px != image.height_px) {
      image.error = "the image cannot be decoded";
      return;
    }
    image.pixels = drawn == nullptr ? *std::move(colours) : masked(*colours, *drawn);
  }

  /// With its masks, on nothing.
  std::optional<image::Pixels> draw(FPDF_PAGEOBJECT object, const EmbeddedImage& image) const {
    const AtOwnSize at_own_size(object, image.width_px, image.height_px);
    if (!at_own_size.is_set()) return std::nullopt;
    const OwnedBitmap bitmap(FPDFImageObj_GetRenderedBitmap(document_, page_, object));
    std::optional<image::Pixels> pixels = bitmap ? pixels_of(bitmap.get()) : std::nullopt;
    const bool is_whole =
        pixels && pixels->samples == 4 && pixels->width_px == image.width_px && pixels->height_px == image.height_px;
    return is_whole ? std::move(pixels) : std::nullopt;
  }

  /// A stencil has no colours of its own: what it lets through has the page's.
  bool is_stencil(FPDF_PAGEOBJECT object) const {
    FPDF_IMAGEOBJ_METADATA metadata{};
    return FPDFImageObj_GetImageMetadata(object, page_, &metadata) != 0 && metadata.bits_per_pixel == 1 &&
           metadata.colorspace == FPDF_COLORSPACE_UNKNOWN;
  }

  /// Empty where the image is none, or not without other filters.
  std::vector<std::byte> jpeg_of(FPDF_PAGEOBJECT object) const {
    constexpr std::string_view name = "DCTDecode";
    std::array<char, 16> filter{};
    if (FPDFImageObj_GetImageFilterCount(object) != 1 ||
        FPDFImageObj_GetImageFilter(object, 0, filter.data(), filter.size()) != name.size() + 1 ||
        std::string_view(filter.data()) != name)
      return {};
    const unsigned long size_bytes = FPDFImageObj_GetImageDataRaw(object, nullptr, 0);
    std::vector<std::byte> bytes(size_bytes);
    if (FPDFImageObj_GetImageDataRaw(object, bytes.data(), size_bytes) != size_bytes) return {};
    constexpr std::array start{std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
    return std::ranges::equal(std::span(bytes).first(std::min(bytes.size(), start.size())), start)
               ? std::move(bytes)
               : std::vector<std::byte>();
  }

  FPDF_DOCUMENT document_;
  FPDF_PAGE page_;
  PageMap map_;
  const Limits& limits_;
  std::uint64_t pixels_left_;
  const std::function<void(EmbeddedImage)>& visit_;
  std::optional<Rect> annotation_;
  std::size_t count_ = 0;
};

void visit_annotations(FPDF_PAGE page, Reader& reader) {
  const PageMap map(page);
  for (int i = 0; i < FPDFPage_GetAnnotCount(page); ++i) {
    const OwnedAnnotation annotation(FPDFPage_GetAnnot(page, i));
    if (!annotation || !is_shown(annotation.get())) continue;
    std::vector<FPDF_PAGEOBJECT> objects;
    for (int k = 0; k < FPDFAnnot_GetObjectCount(annotation.get()); ++k)
      objects.push_back(FPDFAnnot_GetObject(annotation.get(), k));
    reader.enter_annotation(box_of(annotation.get(), map));
    visit_objects(objects, reader);
  }
}

}  // namespace

bool visit_embedded_images(FPDF_DOCUMENT document, FPDF_PAGE page, std::span<const FPDF_PAGEOBJECT> objects,
                           const Limits& limits, const std::function<void(EmbeddedImage)>& visit) {
  Reader reader(document, page, limits, visit);
  visit_objects(objects, reader);
  visit_annotations(page, reader);
  return reader.is_complete();
}

}  // namespace docmill::pdf
