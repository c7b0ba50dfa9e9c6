#include "extract/image/gif_frame.h"

#include "extract/image/byte_view.h"

namespace docmill::image {
namespace {

struct Palette {
  std::uint64_t at = 0;
  std::uint64_t colours = 0;  // 0: there is none

  std::uint64_t end() const { return at + (3 * colours); }
};

Palette palette(std::uint8_t flags, std::uint64_t at) {
  const bool present = (flags & 0x80U) != 0;
  return {.at = at, .colours = present ? std::uint64_t{2} << (flags & 7U) : 0};
}

// Data stands in blocks of a length byte and so many bytes, ended by an empty one.
std::uint64_t end_of_blocks(const ByteView& view, std::uint64_t at) {
  while (at < view.size() && view.u8(at) != 0) at += std::uint64_t{1} + view.u8(at);
  return at + 1;
}

// The colour index that a graphic control extension at `at` makes transparent.
std::optional<std::uint8_t> transparent_index(const ByteView& view, std::uint64_t at) {
  const bool is_control = view.u8(at + 1) == 0xF9 && view.u8(at + 2) == 4;
  if (!is_control || (view.u8(at + 3) & 1U) == 0) return std::nullopt;
  return view.u8(at + 6);
}

}  // namespace

std::optional<GifFrame> find_first_frame(std::span<const std::byte> bytes) {
  constexpr std::uint8_t extension = 0x21, image = 0x2C;
  const ByteView view(bytes, std::endian::little);
  const Palette global = palette(view.u8(10), 13);
  std::optional<std::uint8_t> transparent;
  std::uint64_t at = global.end();
  while (view.u8(at) == extension) {
    if (const auto index = transparent_index(view, at)) transparent = index;
    at = end_of_blocks(view, at + 2);
  }
  if (view.u8(at) != image) return std::nullopt;
  const Palette local = palette(view.u8(at + 9), at + 10);
  const Palette& used = local.colours > 0 ? local : global;
  GifFrame frame{.width_px = view.u16(at + 5),
                 .height_px = view.u16(at + 7),
                 .end = end_of_blocks(view, local.end() + 1),  // a byte for the code size stands before the data
                 .transparent_colour = std::nullopt};
  if (transparent && *transparent < used.colours)
    frame.transparent_colour = used.at + (std::uint64_t{3} * *transparent);
  return frame;
}

std::vector<std::byte> first_frame_only(std::span<const std::byte> bytes, const GifFrame& frame) {
  const std::span<const std::byte> kept = ByteView(bytes, std::endian::little).slice(0, frame.end);
  std::vector<std::byte> gif(kept.begin(), kept.end());
  if (frame.transparent_colour && *frame.transparent_colour + 3 <= gif.size())
    for (std::uint64_t i = 0; i < 3; ++i) gif[*frame.transparent_colour + i] = std::byte{0xFF};
  gif.push_back(std::byte{0x3B});  // trailer
  return gif;
}

}  // namespace docmill::image
