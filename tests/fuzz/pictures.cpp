// Pixels of every image format but JPEG 2000, which is PDFium's. Small limits, so that large sizes are refused or
// reduced.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "document/format.h"
#include "extract/image/image.h"

namespace {

bool is_consistent(const docmill::image::Decoded& decoded, const docmill::Limits& limits) {
  const docmill::GrayImage& image = decoded.image;
  const std::uint64_t pixels = std::uint64_t{image.width_px} * image.height_px;
  return pixels > 0 && pixels == image.pixels.size() && pixels <= limits.page_pixels_max && decoded.scale > 0 &&
         decoded.scale <= 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using docmill::Format;
  docmill::Limits limits;
  limits.page_pixels_max = 20'000;
  const auto bytes = std::as_bytes(std::span(data, size));
  const Format format = docmill::sniff(bytes);
  if (format == Format::jpeg2000) return 0;
  const auto headers = docmill::image::read_headers(bytes, format);
  if (!headers) return 0;
  constexpr std::size_t pages_max = 3;
  for (const auto& header : std::span(*headers).first(std::min(headers->size(), pages_max))) {
    const auto decoded = docmill::image::decode(bytes, format, header, limits);
    if (decoded && !is_consistent(*decoded, limits)) std::abort();
  }
  return 0;
}
