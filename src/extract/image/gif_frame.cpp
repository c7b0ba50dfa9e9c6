#include "extract/image/gif_frame.h"

#include <algorithm>

#include "extract/image/byte_view.h"

namespace docmill::image {
namespace {

constexpr std::uint8_t extension = 0x21, image = 0x2C, trailer = 0x3B;

/// Bytes of a colour table, of which a byte of flags says whether it is there.
std::uint64_t palette_size(std::uint8_t flags) { return (flags & 0x80U) != 0 ? std::uint64_t{6} << (flags & 7U) : 0; }

// Data stands in blocks of a length byte and so many bytes, ended by an empty one.
std::uint64_t end_of_blocks(const ByteView& view, std::uint64_t at) {
  while (at < view.size() && view.u8(at) != 0) at += std::uint64_t{1} + view.u8(at);
  return at + 1;
}

std::uint64_t end_of_extensions(const ByteView& view, std::uint64_t at) {
  while (view.u8(at) == extension) at = end_of_blocks(view, at + 2);
  return at;
}

}  // namespace

std::optional<GifFrame> find_first_frame(std::span<const std::byte> bytes) {
  const ByteView view(bytes, std::endian::little);
  const std::uint64_t at = end_of_extensions(view, 13 + palette_size(view.u8(10)));
  if (view.u8(at) != image) return std::nullopt;
  const std::uint64_t data = at + 10 + palette_size(view.u8(at + 9)) + 1;  // a byte for the code size stands before it
  GifFrame frame{
      .width_px = view.u16(at + 5), .height_px = view.u16(at + 7), .at = at, .end = end_of_blocks(view, data)};
  frame.is_last = view.u8(end_of_extensions(view, frame.end)) != image;
  return frame;
}

std::vector<std::byte> first_frame_only(std::span<const std::byte> bytes, const GifFrame& frame) {
  const std::span<const std::byte> kept = ByteView(bytes, std::endian::little).slice(0, frame.end);
  std::vector<std::byte> gif(kept.begin(), kept.end());
  if (gif.size() < frame.at + 9) return gif;
  constexpr std::ptrdiff_t screen_size = 6;
  const auto descriptor = gif.begin() + static_cast<std::ptrdiff_t>(frame.at);
  std::copy_n(descriptor + 5, 4, gif.begin() + screen_size);
  std::fill_n(descriptor + 1, 4, std::byte{0});  // where the frame lies on the screen
  if (gif.size() == frame.end) gif.push_back(std::byte{trailer});
  return gif;
}

}  // namespace docmill::image
