#include "extract/page_image.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "extract/image/encode.h"
#include "extract/page_drawing.h"

namespace docmill::extract {
namespace {

/// What the longest edge lets the page be drawn at. No page is drawn below a floor: then its pixels are reduced.
double dpi_of(const PageImages& images, const PageRow& row) {
  const auto dpi = static_cast<double>(images.dpi);
  const double longest_pt = std::max(row.width_pt.value_or(0), row.height_pt.value_or(0));
  if (images.longest_edge_px == 0 || longest_pt <= 0) return dpi;
  // Drawn sizes are rounded up: one digit too much in a double would be a pixel.
  constexpr double hair_less = 1 - 1e-9;
  return std::clamp(images.longest_edge_px * points_per_inch / longest_pt * hair_less,
                    std::min(dpi, dpi_min_for_pixel_limit), dpi);
}

Result<ColourImage> drawn_image(const Reading& reading, PageRow& row, ColourPage& page) {
  const PageImages& images = reading.options.recipe.page_images;
  Result<DrawnPage> drawn = page.take(dpi_of(images, row));
  if (!drawn) return std::unexpected(std::move(drawn).error());
  if (drawn->reduced) warn_once(row, warning::dpi_reduced);
  if (drawn->partly_decoded) warn_once(row, warning::partly_decoded);
  const image::ColourView whole(drawn->image);
  if (images.longest_edge_px == 0) return std::move(drawn->image);
  const image::PixelSize size = image::fitted(whole.size(), images.longest_edge_px);
  if (size == whole.size()) return std::move(drawn->image);
  return image::reduced(whole, size);
}

/// With what was found on the page, where that is asked for.
Result<ColourImage> shown_image(const Reading& reading, PageRow& row, ColourPage& page) {
  Result<ColourImage> image = drawn_image(reading, row, page);
  if (!image || !reading.options.draw_boxes) return image;
  return with_boxes(*std::move(image), row, reading.options.recipe.outputs);
}

using Bytes = Result<std::vector<std::byte>>;

/// What is made of one drawing, in the order in which it is given to the sink.
struct Encoded {
  Bytes page;
  std::optional<Bytes> thumbnail = {};

  bool is_complete() const { return page && (!thumbnail || *thumbnail); }
};

Encoded encode_all(const Recipe& recipe, ColourImage image) {
  const PageImages& images = recipe.page_images;
  image::EncodeSettings settings{
      .kind = images.format, .quality = images.quality, .size_bytes_max = recipe.limits.page_output_size_bytes_max};
  std::optional<Bytes> thumbnail;
  if (images.thumbnail_edge_px > 0) {
    const image::ColourView whole(image);
    thumbnail = image::encode(image::reduced(whole, image::fitted(whole.size(), images.thumbnail_edge_px)), settings);
    if (*thumbnail) settings.size_bytes_max -= (*thumbnail)->size();
  }
  return {.page = image::encode(std::move(image), settings), .thumbnail = std::move(thumbnail)};
}

/// Whether all of it could be made.
bool give(const Reading& reading, PageRow& row, ColourPage& page) {
  reading.sink.stage(row.page_index, "draw");
  Result<ColourImage> image = shown_image(reading, row, page);
  if (!image) return false;
  reading.sink.stage(row.page_index, "encode");
  const Encoded encoded = encode_all(reading.options.recipe, *std::move(image));
  FileLabel label{
      .output = OutputId::page_images, .kind = reading.options.recipe.page_images.format, .item = page_image_item};
  if (encoded.page) reading.sink.file(row.page_index, label, *encoded.page);
  label.item = thumbnail_item;
  if (encoded.thumbnail && *encoded.thumbnail) reading.sink.file(row.page_index, label, **encoded.thumbnail);
  return encoded.is_complete();
}

}  // namespace

bool wants_page_image(const Reading& reading) {
  return wants(reading, OutputId::page_images) && !reading.options.safe_profile;
}

void give_page_image(const Reading& reading, PageRow& row, ColourPage& page) {
  if (!wants(reading, OutputId::page_images)) return;
  if (!wants_page_image(reading) || !give(reading, row, page)) warn(row, warning::page_image_missing);
}

}  // namespace docmill::extract
