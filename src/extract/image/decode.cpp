#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "extract/image/decoders.h"
#include "extract/image/image.h"
#include "extract/image/upright.h"
#include "extract/pdf/pdf.h"

namespace docmill::image {
namespace {

constexpr std::uint32_t recogniser_side_px_max = 32'767;  // it measures in 16 bits
constexpr std::uint64_t memory_bytes_per_pixel = 12, memory_bytes_min = 64 * MiB;

/// What may come out.
struct Fit {
  std::uint64_t pixels_max = 0;
  std::uint32_t side_px_max = 0;
};

double fitting_scale(DisplaySize size, const Fit& fit) {
  const double by_area = std::sqrt(static_cast<double>(fit.pixels_max) / (size.width_px * size.height_px));
  const double by_side = fit.side_px_max / std::max(size.width_px, size.height_px);
  return std::min({1.0, by_area, by_side});
}

std::uint32_t scaled(double length, double scale) {
  return static_cast<std::uint32_t>(std::max(1.0, std::floor((length * scale) + 1e-6)));
}

/// What comes out of the decoder (as stored), and of that when it is upright and square.
struct Plan {
  double scale = 1;
  PixelSize displayed = {}, decoded = {};
};

Plan plan(const Header& header, const Fit& fit) {
  const DisplaySize full = display_size(header);
  Plan plan{.scale = fitting_scale(full, fit)};
  plan.displayed = {.width = scaled(full.width_px, plan.scale), .height = scaled(full.height_px, plan.scale)};
  // No side is shorter than a pixel: of a line the length alone can fit.
  auto& [width, height] = plan.displayed;
  const std::uint64_t longest = std::max<std::uint64_t>(fit.pixels_max / std::min(width, height), 1);
  (width > height ? width : height) =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(std::max(width, height), longest));
  plan.decoded = {.width = std::min(header.width_px, plan.displayed.width),
                  .height = std::min(header.height_px, plan.displayed.height)};
  if (header.orientation.swaps_axes()) std::swap(plan.decoded.width, plan.decoded.height);
  return plan;
}

// Each format's own decoder: no library's guess at a format lets another one in.
Result<Extent> decode_rows(const Source& source, Format format, RowReducer& rows) {
  switch (format) {
    case Format::jpeg:
      return decode_jpeg(source, rows);
    case Format::png:
      return decode_png(source, rows);
    case Format::tiff:
      return decode_tiff(source, rows);
    case Format::webp:
      return decode_webp(source, rows);
    case Format::bmp:
      return decode_bmp(source, rows);
    case Format::gif:
      return decode_gif(source, rows);
    case Format::unknown:
    case Format::pdf:
    case Format::jpeg2000:
    case Format::mock:
      break;
  }
  return nothing_decoded();
}

template <typename Image>
Result<DecodedAs<Image>> decode_jpeg2000(std::span<const std::byte> bytes, const Header& header, const Limits& limits,
                                         std::uint32_t side_px_max) {
  Result<Image> image = [&] {
    if constexpr (Image::samples == 1)
      return pdf::decode_jpeg2000(bytes, limits);
    else
      return pdf::decode_jpeg2000_colour(bytes, limits, side_px_max);
  }();
  if (!image) return std::unexpected(std::move(image).error());
  const double scale = std::min(1.0, static_cast<double>(image->width_px) / header.width_px);
  image->dpi = header.dpi * scale;  // not that of the page it was wrapped into
  return DecodedAs<Image>{.image = *std::move(image), .scale = scale};
}

template <typename Image>
Result<DecodedAs<Image>> decode_as(std::span<const std::byte> bytes, Format format, const Header& header,
                                   const Limits& limits, std::uint32_t side_px_max) {
  if (const Result<void> small_enough = check_pixels(header, limits); !small_enough)
    return std::unexpected(small_enough.error());
  if (header.width_px == 0 || header.height_px == 0) return nothing_decoded();
  if (format == Format::jpeg2000) return decode_jpeg2000<Image>(bytes, header, limits, side_px_max);
  const Plan plan = image::plan(header, {.pixels_max = limits.page_pixels_max, .side_px_max = side_px_max});
  const Source source{.bytes = bytes,
                      .header = header,
                      .memory_bytes_max = std::max(limits.page_pixels_max * memory_bytes_per_pixel, memory_bytes_min)};
  RowReducer rows(plan.decoded, Image::samples);
  const Result<Extent> extent = decode_rows(source, format, rows);
  if (!extent) return std::unexpected(extent.error());
  if (rows.rows_added() == 0) return nothing_decoded();
  DecodedAs<Image> decoded{
      .image = stretched(turned(std::move(rows).finish<Image>(), header.orientation), plan.displayed),
      .scale = plan.scale,
      .partly_decoded = *extent == Extent::part};
  decoded.image.dpi = header.dpi * plan.scale;
  return decoded;
}

}  // namespace

std::unexpected<Error> nothing_decoded() { return fail(ErrorKind::corrupt, "", "the image cannot be decoded"); }

std::unexpected<Error> size_mismatch() {
  return fail(ErrorKind::corrupt, "", "the image says two different sizes of itself");
}

std::unexpected<Error> kind_unsupported(std::string_view what) {
  return fail(ErrorKind::unsupported, "", fmt::format("the image cannot be decoded: {}", what));
}

std::unexpected<Error> too_much_memory(std::uint64_t bytes, std::uint64_t bytes_max) {
  return fail(ErrorKind::limit_pixels, "",
              fmt::format("this kind of image is held whole: {} bytes, {} are allowed", bytes, bytes_max));
}

Result<Decoded> decode(std::span<const std::byte> bytes, Format format, const Header& header, const Limits& limits) {
  return decode_as<GrayImage>(bytes, format, header, limits, recogniser_side_px_max);
}

Result<DecodedColour> decode_colour(std::span<const std::byte> bytes, Format format, const Header& header,
                                    const Limits& limits, std::uint32_t side_px_max) {
  return decode_as<ColourImage>(bytes, format, header, limits, side_px_max);
}

}  // namespace docmill::image
