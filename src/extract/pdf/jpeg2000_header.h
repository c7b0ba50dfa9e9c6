// The size that a JPEG 2000 image declares, read without decoding it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace docmill::pdf {

struct Jpeg2000Header {
  std::uint32_t width_px = 0, height_px = 0;
  std::uint16_t components = 0;
};

/// From the SIZ segment of the codestream (ISO/IEC 15444-1, A.5.1), bare or inside a JP2 file (its `jp2c` box): that is
/// what a decoder allocates, whatever the file's `ihdr` box says. Nothing when there is none, or a side is 0.
std::optional<Jpeg2000Header> read_jpeg2000_header(std::span<const std::byte> bytes);

}  // namespace docmill::pdf
