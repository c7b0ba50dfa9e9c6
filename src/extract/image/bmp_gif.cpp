// BMP and GIF by Wuffs, which is written in a language that cannot read or write out of bounds. It wants room for the
// whole image.
#include <wuffs.c>  // NOLINT(bugprone-suspicious-include): header and source in one

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "extract/image/byte_view.h"
#include "extract/image/decoders.h"
#include "extract/image/gif_frame.h"
#include "extract/image/luma.h"

namespace docmill::image {
namespace {

/// Pixels as they are decoded: gray, or blue, green, red and opacity.
struct Canvas {
  PixelSize size;
  bool is_gray = true;
  std::vector<std::uint8_t> pixels = {};

  std::size_t row_bytes() const { return std::size_t{size.width} * (is_gray ? 1 : 4); }
};

bool is_unsupported(const wuffs_base__status& status) {
  return status.is_error() && std::string_view(status.message()).find("unsupported") != std::string_view::npos;
}

std::unexpected<Error> error_of(const wuffs_base__status& status, std::string_view kind) {
  return is_unsupported(status) ? kind_unsupported(kind) : nothing_decoded();
}

wuffs_base__io_buffer reader_of(std::span<const std::byte> bytes) {
  // Wuffs reads through it only.
  auto* data = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));  // NOLINT
  return wuffs_base__ptr_u8__reader(data, bytes.size(), true);
}

bool set_up(wuffs_base__pixel_buffer& buffer, Canvas& canvas) {
  wuffs_base__pixel_config config{};
  config.set(canvas.is_gray ? WUFFS_BASE__PIXEL_FORMAT__Y : WUFFS_BASE__PIXEL_FORMAT__BGRA_NONPREMUL,
             WUFFS_BASE__PIXEL_SUBSAMPLING__NONE, canvas.size.width, canvas.size.height);
  return buffer.set_from_slice(&config, wuffs_base__make_slice_u8(canvas.pixels.data(), canvas.pixels.size())).is_ok();
}

/// Decodes the first frame over pixels that are `blank`. Of a damaged file what came before the damage is there.
template <typename Decoder>
wuffs_base__status decode_frame(Decoder& decoder, wuffs_base__io_buffer& input, Canvas& canvas, std::uint8_t blank) {
  canvas.pixels.assign(canvas.row_bytes() * canvas.size.height, blank);
  wuffs_base__pixel_buffer buffer{};
  if (!set_up(buffer, canvas)) return wuffs_base__make_status(wuffs_base__error__bad_argument);
  std::vector<std::uint8_t> scratch(decoder.workbuf_len().max_incl);
  return decoder.decode_frame(&buffer, &input, WUFFS_BASE__PIXEL_BLEND__SRC,
                              wuffs_base__make_slice_u8(scratch.data(), scratch.size()), nullptr);
}

bool is_invisible(const Canvas& canvas) {
  if (canvas.is_gray) return false;
  for (std::size_t at = 3; at < canvas.pixels.size(); at += 4)
    if (canvas.pixels[at] != 0) return false;
  return true;
}

/// What differs between files of the two formats.
struct Kind {
  std::string_view what;            // for messages
  Colour background = white_paper;  // of pixels that are transparent or left out
  bool leaves_pixels_out = false;
  bool opacity_may_be_unset = false;  // left at 0 throughout by its writer: nobody stores an invisible image
};

/// A run-length code may leave pixels out, which are the first colour of the palette; that stands behind the header.
Kind kind_of_bmp(std::span<const std::byte> bytes) {
  constexpr std::uint32_t first_header_with_compression = 40, rle8 = 1, rle4 = 2;
  const ByteView view(bytes, std::endian::little);
  const std::uint32_t header_size = view.u32(14), compression = view.u32(30);
  Kind kind{.what = "a BMP of this compression or depth", .opacity_may_be_unset = true};
  if (header_size < first_header_with_compression || (compression != rle8 && compression != rle4)) return kind;
  const std::uint64_t palette = std::uint64_t{14} + header_size;
  kind.background = {.red = view.u8(palette + 2), .green = view.u8(palette + 1), .blue = view.u8(palette)};
  kind.leaves_pixels_out = true;
  kind.opacity_may_be_unset = false;
  return kind;
}

void give_rows(const Canvas& canvas, const Kind& kind, RowReducer& rows) {
  const std::span<const std::uint8_t> pixels(canvas.pixels);
  const bool opaque = kind.opacity_may_be_unset && is_invisible(canvas);
  std::vector<std::uint8_t> bytes(canvas.size.width * std::size_t{rows.samples()});
  PixelRow out(bytes, rows.samples());
  for (std::size_t y = 0; y < canvas.size.height; ++y) {
    const auto row = pixels.subspan(y * canvas.row_bytes(), canvas.row_bytes());
    for (std::size_t x = 0; !canvas.is_gray && x < out.size(); ++x) {
      const auto pixel = row.subspan(4 * x, 4);
      out.put(x, {.red = pixel[2], .green = pixel[1], .blue = pixel[0]}, opaque ? 255 : pixel[3], kind.background);
    }
    rows.add(canvas.is_gray ? row : std::span<const std::uint8_t>(bytes));
  }
}

// Not by Wuffs's interface of all decoders: it calls functions by pointers of other types.
template <typename Decoder>
Result<Extent> decode(const Kind& kind, std::span<const std::byte> bytes, const Source& source, RowReducer& rows) {
  typename Decoder::unique_ptr decoder = Decoder::alloc();
  wuffs_base__io_buffer input = reader_of(bytes);
  wuffs_base__image_config image{};
  if (const auto status = decoder->decode_image_config(&image, &input); !status.is_ok())
    return error_of(status, kind.what);
  Canvas canvas{.size = {.width = image.pixcfg.width(), .height = image.pixcfg.height()},
                .is_gray = rows.samples() == 1 && !kind.leaves_pixels_out && image.first_frame_is_opaque()};
  if (canvas.size != source.stored_size() || !rows.begin(canvas.size)) return size_mismatch();
  const std::uint64_t memory = canvas.row_bytes() * canvas.size.height;
  if (memory > source.memory_bytes_max) return too_much_memory(memory, source.memory_bytes_max);
  const wuffs_base__status status = decode_frame(*decoder, input, canvas, 0);
  if (is_unsupported(status)) return kind_unsupported(kind.what);
  if (!status.is_ok()) {  // what is missing because the file is cut off is white
    constexpr std::uint8_t white = 0xFF;
    decoder = Decoder::alloc();
    input = reader_of(bytes);
    (void)decoder->decode_image_config(&image, &input);
    (void)decode_frame(*decoder, input, canvas, white);
    if (std::ranges::all_of(canvas.pixels, [](std::uint8_t byte) { return byte == white; })) return nothing_decoded();
  }
  give_rows(canvas, kind, rows);
  return status.is_ok() ? Extent::whole : Extent::part;
}

}  // namespace

Result<Extent> decode_bmp(const Source& source, RowReducer& rows) {
  return decode<wuffs_bmp__decoder>(kind_of_bmp(source.bytes), source.bytes, source, rows);
}

Result<Extent> decode_gif(const Source& source, RowReducer& rows) {
  constexpr Kind gif{.what = "a GIF of this kind"};
  const std::optional<GifFrame> frame = find_first_frame(source.bytes);
  if (!frame) return nothing_decoded();
  return decode<wuffs_gif__decoder>(gif, first_frame_only(source.bytes, *frame), source, rows);
}

}  // namespace docmill::image
