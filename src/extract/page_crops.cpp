#include "extract/page_crops.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "extract/image/encode.h"

namespace docmill::extract {
namespace {

// A pixel of which a region has less is not its own: 36 pixels are 25.92 points and must be 36 pixels again, and files
// round their resolution (PNG has pixels per metre).
constexpr double hair = 0.05;
// What a page may be smaller by than a region of all of it, as its makers round.
constexpr double rounding_pt = 0.05;

using Bytes = std::vector<std::byte>;

struct PageSize {
  double width = 0, height = 0;
};

/// In points.
Rect box_of(const CropRegion& region, PageSize page, double dpi) {
  const auto scaled = [&](double x, double y) {
    return Rect{.left = region.x0 * x, .top = region.y0 * y, .right = region.x1 * x, .bottom = region.y1 * y};
  };
  switch (region.unit) {
    case CropUnit::points:
      return scaled(1, 1);
    case CropUnit::pixels:
      return scaled(points_per_inch / dpi, points_per_inch / dpi);
    case CropUnit::fractions:
      return scaled(page.width, page.height);
  }
  return {};
}

/// Pixels on a page at some dpi.
struct PixelBox {
  std::int64_t left = 0, top = 0, right = 0, bottom = 0;

  image::PixelSize size() const {
    return {.width = static_cast<std::uint32_t>(right - left), .height = static_cast<std::uint32_t>(bottom - top)};
  }
};

/// Those that touch the box: at least one, of an image that is `left` and `top` off the page's corner.
PixelBox pixels_of(const Rect& box, const DrawnPage& drawn) {
  const double scale = drawn.image.dpi / points_per_inch;
  const auto from = [&](double points, std::int32_t offset, std::uint32_t side) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor((points * scale) + hair)) - offset, 0,
                                    std::int64_t{side} - 1);
  };
  const auto to = [&](double points, std::int32_t offset, std::int64_t first, std::uint32_t side) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil((points * scale) - hair)) - offset, first + 1,
                                    side);
  };
  PixelBox pixels{.left = from(box.left, drawn.left_px, drawn.image.width_px),
                  .top = from(box.top, drawn.top_px, drawn.image.height_px)};
  pixels.right = to(box.right, drawn.left_px, pixels.left, drawn.image.width_px);
  pixels.bottom = to(box.bottom, drawn.top_px, pixels.top, drawn.image.height_px);
  return pixels;
}

class CropMaker {
 public:
  CropMaker(const Reading& reading, PageRow& row, ColourPage& page)
      : reading_(reading),
        row_(row),
        page_(page),
        size_{.width = row.width_pt.value_or(0), .height = row.height_pt.value_or(0)},
        bytes_left_(recipe().limits.page_output_size_bytes_max) {}

  void make(std::uint32_t index) {
    const CropRegion& region = recipe().crops.regions[index];
    PageCrop crop{.name = region.name, .page = region.page};
    const Result<Bytes> bytes = encoded(region, crop);
    if (bytes) {
      bytes_left_ -= bytes->size();
      crop.file_name = fmt::format("{}.{}", region.name, extension_of(FileKind::jpeg));
      reading_.sink.file(row_.page_index, {.output = OutputId::crops, .kind = FileKind::jpeg, .item = index}, *bytes);
    } else {
      crop.width_px = crop.height_px = 0;
      crop.dpi = 0;
      crop.error_kind = bytes.error().kind;
      crop.error_message = bytes.error().message;
      warn_once(row_, warning::crops_missing);
    }
    row_.crops.push_back(std::move(crop));
  }

 private:
  const Recipe& recipe() const { return reading_.options.recipe; }
  double dpi() const { return recipe().crops.dpi; }

  Result<Bytes> encoded(const CropRegion& region, PageCrop& crop) {
    if (reading_.options.safe_profile)
      return fail(ErrorKind::crashed, "", "not drawn: whoever tried before did not live to tell");
    const Result<Rect> box = place(region, crop);
    if (!box) return std::unexpected(box.error());
    crop.box = *box;
    reading_.sink.stage(row_.page_index, "draw");
    if (page_.is_picture() || fits_whole()) return cut(page_.at(dpi()), *box, crop);
    return cut(page_.part(*box, dpi()), *box, crop);
  }

  /// The part of the region that lies on the page.
  Result<Rect> place(const CropRegion& region, PageCrop& crop) const {
    const Rect box = box_of(region, size_, dpi());
    const Rect on_page{.left = std::max(box.left, 0.0),
                       .top = std::max(box.top, 0.0),
                       .right = std::min(box.right, size_.width),
                       .bottom = std::min(box.bottom, size_.height)};
    if (box.left >= box.right || box.top >= box.bottom)
      return fail(ErrorKind::invalid_input, "",
                  fmt::format("the region is empty: {} x {} points", box.right - box.left, box.bottom - box.top));
    if (on_page.left >= on_page.right || on_page.top >= on_page.bottom)
      return fail(ErrorKind::invalid_input, "",
                  fmt::format("the region from {:.2f}, {:.2f} to {:.2f}, {:.2f} points lies off the page of {:.2f} x "
                              "{:.2f} points",
                              box.left, box.top, box.right, box.bottom, size_.width, size_.height));
    crop.is_clipped = box.left < -rounding_pt || box.top < -rounding_pt || box.right > size_.width + rounding_pt ||
                      box.bottom > size_.height + rounding_pt;
    return on_page;
  }

  bool fits_whole() const {
    const double width = std::ceil(size_.width * dpi() / points_per_inch);
    const double height = std::ceil(size_.height * dpi() / points_per_inch);
    return std::max(width, height) <= image::encoded_side_px_max &&
           width * height <= static_cast<double>(recipe().limits.page_pixels_max);
  }

  Result<Bytes> cut(const Result<DrawnPage>& drawn, const Rect& box, PageCrop& crop) {
    if (!drawn) return std::unexpected(drawn.error());
    if (drawn->partly_decoded) warn_once(row_, warning::partly_decoded);
    if (drawn->reduced && drawn->image.dpi < dpi()) warn_once(row_, warning::dpi_reduced);
    const PixelBox pixels = pixels_of(box, *drawn);
    const image::ColourView view(drawn->image, static_cast<std::uint32_t>(pixels.left),
                                 static_cast<std::uint32_t>(pixels.top), pixels.size());
    if (drawn->image.dpi <= dpi()) return encode(view, crop);
    const ColourImage smaller = image::reduced(view, size_at_dpi(box, view.size()));
    return encode(image::ColourView(smaller), crop);
  }

  /// No larger than it is.
  image::PixelSize size_at_dpi(const Rect& box, image::PixelSize of) const {
    const auto side = [&](double points, std::uint32_t side_max) {
      return static_cast<std::uint32_t>(
          std::clamp(std::ceil((points * dpi() / points_per_inch) - hair), 1.0, static_cast<double>(side_max)));
    };
    return {.width = side(box.right - box.left, of.width), .height = side(box.bottom - box.top, of.height)};
  }

  Result<Bytes> encode(const image::ColourView& view, PageCrop& crop) {
    crop.width_px = view.size().width;
    crop.height_px = view.size().height;
    crop.dpi = std::min(view.dpi(), dpi());
    reading_.sink.stage(row_.page_index, "encode");
    return image::encode_jpeg(
        view, {.kind = FileKind::jpeg, .quality = recipe().crops.quality, .size_bytes_max = bytes_left_});
  }

  const Reading& reading_;
  PageRow& row_;
  ColourPage& page_;
  PageSize size_;
  std::uint64_t bytes_left_;  // of all crops of the page
};

}  // namespace

bool wants_crops(const Reading& reading, std::uint32_t page_index) {
  return !reading.options.safe_profile && !regions_on(reading.options.recipe, page_index, reading.page_count).empty();
}

void give_crops(const Reading& reading, PageRow& row, ColourPage& page) {
  const std::vector<std::uint32_t> regions = regions_on(reading.options.recipe, row.page_index, reading.page_count);
  if (regions.empty()) return;
  CropMaker maker(reading, row, page);
  for (const std::uint32_t region : regions) maker.make(region);
}

}  // namespace docmill::extract
