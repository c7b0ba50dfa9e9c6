#include "extract/page_image.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "extract/image/png_encode.h"
#include "extract/image/webp_encode.h"
#include "extract/page_drawing.h"

namespace docmill::extract {
namespace {

Result<std::vector<std::byte>> encode(const Reading& reading, PageRow& row, Result<DrawnPage> drawn) {
  if (!drawn) return std::unexpected(std::move(drawn).error());
  if (drawn->reduced) warn_once(row, warning::dpi_reduced);
  if (drawn->partly_decoded) warn_once(row, warning::partly_decoded);
  reading.sink.stage(row.page_index, "encode");
  const Recipe& recipe = reading.options.recipe;
  return image::encode_webp(std::move(drawn->image), {.quality = recipe.page_images.quality,
                                                      .size_bytes_max = recipe.limits.page_output_size_bytes_max});
}

/// The image with what was found on the page. False where it cannot be made.
bool give_drawing(const Reading& reading, PageRow& row, const std::function<Result<DrawnPage>()>& draw) {
  reading.sink.stage(row.page_index, "draw");
  Result<DrawnPage> drawn = draw();
  if (!drawn) return false;
  if (drawn->reduced) warn_once(row, warning::dpi_reduced);
  reading.sink.stage(row.page_index, "encode");
  const Recipe& recipe = reading.options.recipe;
  const Result<ColourImage> image = with_boxes(std::move(drawn->image), row, recipe.outputs);
  if (!image) return false;
  const auto bytes = image::encode_png(*image, recipe.limits.page_output_size_bytes_max);
  if (!bytes) return false;
  reading.sink.file(row.page_index, {.output = OutputId::page_images, .kind = FileKind::png}, *bytes);
  return true;
}

}  // namespace

bool wants_page_image(const Reading& reading) {
  return wants(reading, OutputId::page_images) && !reading.options.safe_profile;
}

void give_page_image(const Reading& reading, PageRow& row, const std::function<Result<DrawnPage>()>& draw) {
  if (!wants(reading, OutputId::page_images)) return;
  if (reading.options.draw_boxes && wants_page_image(reading) && give_drawing(reading, row, draw)) return;
  if (wants_page_image(reading) && !reading.options.draw_boxes) {
    reading.sink.stage(row.page_index, "draw");
    if (const auto bytes = encode(reading, row, draw())) {
      reading.sink.file(row.page_index, {.output = OutputId::page_images, .kind = FileKind::webp}, *bytes);
      return;
    }
  }
  warn(row, warning::page_image_missing);
}

}  // namespace docmill::extract
