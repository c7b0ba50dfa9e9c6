// Pixels to barcodes: the first byte is the width, the rest are rows.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/utf8.h"
#include "extract/codes/bars.h"
#include "extract/codes/codes.h"
#include "extract/codes/doubled.h"

namespace {

using namespace docmill;

void check(const codes::Found& found) {
  for (const codes::Code& code : found.codes) {
    if (!is_utf8(code.content.text) || code.content.format.empty()) std::abort();
    for (const codes::Point& corner : code.corners)
      if (!std::isfinite(corner.x) || !std::isfinite(corner.y)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t size_bytes_max = 1 << 16;
  if (size < 2 || size > size_bytes_max) return 0;
  GrayImage image{.width_px = data[0] + 1U, .height_px = 0, .pixels = {}};
  image.height_px = static_cast<std::uint32_t>((size - 1) / image.width_px);
  const auto pixels = std::span(data, size).subspan(1, std::size_t{image.width_px} * image.height_px);
  image.pixels.assign(pixels.begin(), pixels.end());
  if (image.height_px == 0) return 0;
  check(codes::find_codes(image));
  if (image.pixels.size() < size_bytes_max / 4) check(codes::find_codes(codes::doubled(image)));
  for (const codes::Bars& bars : codes::find_bars(image)) check(codes::find_codes(codes::level(image, bars)));
  return 0;
}
