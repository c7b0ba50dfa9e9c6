// BMP and GIF by Wuffs, which is written in a language that cannot read or write out of bounds. It wants room for the
// whole image.
#include <wuffs.c>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "extract/image/decoders.h"
#include "extract/image/gif_frame.h"
#include "extract/image/luma.h"

namespace docmill::image {
namespace {

/// Pixels as they are decoded: gray, or blue, green, red and opacity.
struct Canvas {
  PixelSize size;
  bool has_alpha = false;
  std::vector<std::uint8_t> pixels = {};

  std::size_t row_bytes() const { return std::size_t{size.width} * (has_alpha ? 4 : 1); }
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
  config.set(canvas.has_alpha ? WUFFS_BASE__PIXEL_FORMAT__BGRA_NONPREMUL : WUFFS_BASE__PIXEL_FORMAT__Y,
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

/// A kind of BMP has an opacity that its writers left at 0 throughout: nobody stores an invisible image.
bool is_invisible(const Canvas& canvas) {
  if (!canvas.has_alpha) return false;
  for (std::size_t at = 3; at < canvas.pixels.size(); at += 4)
    if (canvas.pixels[at] != 0) return false;
  return true;
}

void give_rows(const Canvas& canvas, bool opaque, RowReducer& rows) {
  const std::span<const std::uint8_t> pixels(canvas.pixels);
  std::vector<std::uint8_t> gray(canvas.size.width);
  for (std::size_t y = 0; y < canvas.size.height; ++y) {
    const auto row = pixels.subspan(y * canvas.row_bytes(), canvas.row_bytes());
    for (std::size_t x = 0; canvas.has_alpha && x < gray.size(); ++x) {
      const auto pixel = row.subspan(4 * x, 4);
      gray[x] = over_white(luma(pixel[2], pixel[1], pixel[0]), opaque ? 255 : pixel[3]);
    }
    rows.add(canvas.has_alpha ? std::span<const std::uint8_t>(gray) : row);
  }
}

struct Kind {
  bool opacity_may_be_unset;
  std::string_view what;  // for messages
};

// Not by Wuffs's interface of all decoders: it calls functions by pointers of other types.
template <typename Decoder>
Result<Extent> decode(const Kind& kind, std::span<const std::byte> bytes, const Source& source, RowReducer& rows) {
  typename Decoder::unique_ptr decoder = Decoder::alloc();
  wuffs_base__io_buffer input = reader_of(bytes);
  wuffs_base__image_config image{};
  if (const auto status = decoder->decode_image_config(&image, &input); !status.is_ok())
    return error_of(status, kind.what);
  Canvas canvas{.size = {.width = image.pixcfg.width(), .height = image.pixcfg.height()},
                .has_alpha = !image.first_frame_is_opaque()};
  if (canvas.size != source.stored_size() || !rows.begin(canvas.size)) return size_mismatch();
  const std::uint64_t memory = canvas.row_bytes() * canvas.size.height;
  if (memory > source.memory_bytes_max) return too_much_memory(memory, source.memory_bytes_max);
  constexpr std::uint8_t black = 0, white = 0xFF;
  // Pixels that a run-length code leaves out are the first colour, which is black as a rule; those that are missing
  // because the file is cut off are white.
  const wuffs_base__status status = decode_frame(*decoder, input, canvas, black);
  if (is_unsupported(status)) return kind_unsupported(kind.what);
  if (!status.is_ok()) {
    decoder = Decoder::alloc();
    input = reader_of(bytes);
    (void)decoder->decode_image_config(&image, &input);
    (void)decode_frame(*decoder, input, canvas, white);
    if (std::ranges::all_of(canvas.pixels, [](std::uint8_t byte) { return byte == white; })) return nothing_decoded();
  }
  give_rows(canvas, kind.opacity_may_be_unset && is_invisible(canvas), rows);
  return status.is_ok() ? Extent::whole : Extent::part;
}

}  // namespace

Result<Extent> decode_bmp(const Source& source, RowReducer& rows) {
  constexpr Kind bmp{.opacity_may_be_unset = true, .what = "a BMP of this compression or depth"};
  return decode<wuffs_bmp__decoder>(bmp, source.bytes, source, rows);
}

Result<Extent> decode_gif(const Source& source, RowReducer& rows) {
  constexpr Kind gif{.opacity_may_be_unset = false, .what = "a GIF of this kind"};
  const std::optional<GifFrame> frame = find_first_frame(source.bytes);
  if (!frame) return nothing_decoded();
  return decode<wuffs_gif__decoder>(gif, first_frame_only(source.bytes, *frame), source, rows);
}

}  // namespace docmill::image
