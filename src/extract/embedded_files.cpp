#include "extract/embedded_files.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "document/image_name.h"
#include "extract/image/embedded_png.h"
#include "extract/pdf/embedded_images.h"
#include "extract/sha256.h"

namespace docmill::extract {
namespace {

struct File {
  FileKind kind{};
  std::span<const std::byte> bytes;
};

class Files {
 public:
  Files(const Reading& reading, PageRow& row, GivenFiles& given) : reading_(reading), row_(row), given_(given) {}

  void add(pdf::EmbeddedImage found) {
    PageImage image{.box = found.box,
                    .width_px = found.width_px,
                    .height_px = found.height_px,
                    .x_dpi = found.x_dpi,
                    .y_dpi = found.y_dpi};
    if (!found.jpeg.empty())
      give(image, {.kind = FileKind::jpeg, .bytes = found.jpeg});
    else if (found.pixels)
      encode(image, *found.pixels);
    else
      image.error_message = std::move(found.error);
    keep(std::move(image));
  }

  void encode(PageImage& image, const image::Pixels& pixels) {
    const auto png = image::encode_embedded_png(pixels, size_bytes_max());
    if (png)
      give(image, {.kind = FileKind::png, .bytes = *png});
    else
      image.error_message = png.error().message;
  }

  /// A file that was given before takes nothing of what a page may have.
  void give(PageImage& image, const File& file) {
    std::string hash = sha256_hex_of(file.bytes);
    if (!given_.contains(hash)) {
      if (file.bytes.size() > size_bytes_max() - size_bytes_) {
        image.error_message = fmt::format("a file of {} bytes, {} are allowed for all images of a page",
                                          file.bytes.size(), size_bytes_max());
        return;
      }
      size_bytes_ += file.bytes.size();
      reading_.sink.file(row_.page_index, {.output = OutputId::images, .kind = file.kind}, file.bytes);
      if (given_.size() < given_files_max) given_.insert(hash);
    }
    image.file_name = fmt::format("{}.{}", image_name(hash), extension_of(file.kind));
    image.sha256 = std::move(hash);
  }

  void keep(PageImage image) {
    is_complete_ = is_complete_ && !image.error_message;
    row_.images.push_back(std::move(image));
  }

  void finish(bool is_complete) {
    if (!is_complete || !is_complete_) warn(row_, warning::images_missing);
  }

 private:
  std::uint64_t size_bytes_max() const { return reading_.options.recipe.limits.page_output_size_bytes_max; }

  const Reading& reading_;
  PageRow& row_;
  GivenFiles& given_;
  std::uint64_t size_bytes_ = 0;  // of the page's files
  bool is_complete_ = true;
};

image::Pixels pixels_of(ColourImage image) {
  return {.width_px = image.width_px,
          .height_px = image.height_px,
          .samples = ColourImage::samples,
          .bytes = std::move(image.pixels)};
}

}  // namespace

void add_images(const Reading& reading, PageRow& row, pdf::Page& page, GivenFiles& given) {
  if (!wants(reading, OutputId::images)) return;
  if (reading.options.safe_profile) return miss_images(reading, row);
  reading.sink.stage(row.page_index, "images");
  Files files(reading, row, given);
  files.finish(page.visit_embedded_images(reading.options.recipe.limits,
                                          [&](pdf::EmbeddedImage image) { files.add(std::move(image)); }));
}

bool image_is_given_as_it_is(Format format) { return format == Format::jpeg || format == Format::png; }

void add_image(const Reading& reading, PageRow& row, const image::Header& header, Format format,
               std::span<const std::byte> document, const std::function<Result<image::DecodedColour>()>& decode) {
  if (!wants(reading, OutputId::images)) return;
  if (reading.options.safe_profile) return miss_images(reading, row);
  reading.sink.stage(row.page_index, "images");
  GivenFiles given;
  Files files(reading, row, given);
  PageImage image{.box = {.right = row.width_pt.value_or(0), .bottom = row.height_pt.value_or(0)},
                  .width_px = header.width_px,
                  .height_px = header.height_px,
                  .x_dpi = header.dpi > 0 ? header.dpi : points_per_inch,
                  .y_dpi = header.dpi > 0 ? header.dpi : points_per_inch};
  if (image_is_given_as_it_is(format)) {
    files.give(image, {.kind = format == Format::jpeg ? FileKind::jpeg : FileKind::png, .bytes = document});
  } else if (Result<image::DecodedColour> decoded = decode()) {
    if (decoded->scale < 1) warn_once(row, warning::dpi_reduced);
    if (decoded->partly_decoded) warn_once(row, warning::partly_decoded);
    files.encode(image, pixels_of(std::move(decoded->image)));
  } else {
    image.error_message = decoded.error().message;
  }
  files.keep(std::move(image));
  files.finish(true);
}

void miss_images(const Reading& reading, PageRow& row) {
  if (wants(reading, OutputId::images)) warn(row, warning::images_missing);
}

}  // namespace docmill::extract
