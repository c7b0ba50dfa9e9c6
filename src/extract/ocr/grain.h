// Grain: what a sensor or a fax line adds to every pixel.
#pragma once

#include "extract/image/pixel_image.h"

namespace docmill::ocr {

/// How much neighbouring pixels of bare paper differ, in gray levels; about the standard deviation of the grain. Flips
/// of single pixels to black or white count too, so far as they are more than a few in a hundred.
double measure_grain(const GrayImage& image);

/// Every pixel becomes the median of the nine around it. Strokes of two pixels and more stay, single pixels go.
GrayImage without_grain(const GrayImage& image);

}  // namespace docmill::ocr
