// zxing-cpp behind value types: pixels -> barcodes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "document/page.h"
#include "extract/image/pixel_image.h"

namespace docmill::codes {

/// A point of an image, in its pixels; (0, 0) is the top left corner of its first pixel.
struct Point {
  double x = 0, y = 0;
};

struct Code {
  CodeContent content;
  std::array<Point, 4> corners = {};  // the code's own top left, top right, bottom right, bottom left
};

struct Found {
  std::vector<Code> codes = {};
  bool is_cut = false;  // there are more than codes_per_picture_max, or memory did not suffice
};

/// Far more than a sheet of labels has. Finding time grows with the pixels and, of two-dimensional codes, with the
/// triples of their corners.
inline constexpr std::size_t codes_per_picture_max = 255;

/// What is looked for.
enum class Kinds : std::uint8_t {
  all,
  level_bars,  // linear and stacked codes whose bars stand upright or on their heads: a third of the time
};

/// Every code of the `formats`, which are of symbologies(), or, where there are none, of every kind that zxing-cpp
/// reads: upright, turned, mirrored, light on dark, large or small. Each once, where an image has it once.
///
/// The text is as it stands in the code, without a form for people (GS1's brackets) and with its control characters.
/// Equal images give equal codes in equal order. No global state; throws nothing.
Found find_codes(const GrayImage& image, Kinds kinds = Kinds::all, std::span<const std::string> formats = {});

}  // namespace docmill::codes
