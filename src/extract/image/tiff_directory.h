// The directories of a TIFF file. The EXIF block of a JPEG or PNG is one as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "extract/image/resolution.h"

namespace docmill::image {

struct TiffDirectory {
  std::uint64_t offset = 0;
  std::uint32_t width_px = 0, height_px = 0;  // as stored; 0 where missing
  Resolution resolution = {};
  std::uint16_t orientation = 1;
  bool is_reduced_copy = false, is_mask = false;  // of another page
};

/// The chain of directories, TIFF 6.0 and BigTIFF in either byte order. It ends at the first that is damaged, that was
/// there before (a loop), or after `count_max`.
std::vector<TiffDirectory> read_tiff_directories(std::span<const std::byte> bytes, std::size_t count_max);

}  // namespace docmill::image
