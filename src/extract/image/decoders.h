// One decoder for each format, behind one shape.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "extract/image/image.h"
#include "extract/image/row_reducer.h"

namespace docmill::image {

/// What a decoder reads: one page of a document.
struct Source {
  std::span<const std::byte> bytes;
  const Header& header;
  std::uint64_t memory_bytes_max = 0;  // for what is not given on row by row

  /// As the header says it, the axes as stored.
  PixelSize stored_size() const {
    if (header.orientation.swaps_axes()) return {.width = header.height_px, .height = header.width_px};
    return {.width = header.width_px, .height = header.height_px};
  }
};

enum class Extent : std::uint8_t { whole, part };

/// Each gives rows to `rows`, of as many samples a pixel as these have (luma.h, PixelRow): as many rows as can be had,
/// and says whether these are all and undamaged. A file without a single row is an error.
///
/// Errors: corrupt, unsupported, limit_pixels, as in decode().
Result<Extent> decode_jpeg(const Source& source, RowReducer& rows);
Result<Extent> decode_png(const Source& source, RowReducer& rows);
Result<Extent> decode_tiff(const Source& source, RowReducer& rows);
Result<Extent> decode_webp(const Source& source, RowReducer& rows);
Result<Extent> decode_bmp(const Source& source, RowReducer& rows);
Result<Extent> decode_gif(const Source& source, RowReducer& rows);

std::unexpected<Error> nothing_decoded();
std::unexpected<Error> size_mismatch();
std::unexpected<Error> kind_unsupported(std::string_view what);
std::unexpected<Error> too_much_memory(std::uint64_t bytes, std::uint64_t bytes_max);

}  // namespace docmill::image
