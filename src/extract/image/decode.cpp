#include <array>
#include <optional>

#include "extract/image/gif_frame.h"
#include "extract/image/image.h"
#include "extract/image/pix.h"
#include "extract/pdf/pdf.h"

namespace docmill::image {
namespace {

struct Read {
  PixPtr pix;
  bool partly_decoded = false;
  bool upright = false;  // the reader has applied the orientation
};

const l_uint8* data_of(std::span<const std::byte> bytes) { return reinterpret_cast<const l_uint8*>(bytes.data()); }

Read read_jpeg(std::span<const std::byte> bytes) {
  l_int32 width = 0, height = 0, samples = 0, warnings = 0;
  if (readHeaderMemJpeg(data_of(bytes), bytes.size(), &width, &height, &samples, nullptr, nullptr) != 0) return {};
  // libjpeg gives the gray of a colour image at a quarter of the memory, but not of CMYK.
  const l_int32 hint = L_JPEG_CONTINUE_WITH_BAD_DATA | (samples == 4 ? 0 : L_JPEG_READ_LUMINANCE);
  PixPtr pix(pixReadMemJpeg(data_of(bytes), bytes.size(), 0, 1, &warnings, hint));
  return {.pix = std::move(pix), .partly_decoded = warnings > 0};
}

Read read_gif(std::span<const std::byte> bytes) {
  const std::optional<GifFrame> frame = find_first_frame(bytes);
  if (!frame) return {};
  const std::vector<std::byte> gif = first_frame_only(bytes, *frame);
  return {.pix = PixPtr(pixReadMemGif(data_of(gif), gif.size()))};
}

// Leptonica 1.82 applies the orientation, but turns colour images the wrong way round where it is 8.
Read read_tiff(std::span<const std::byte> bytes, const Header& header) {
  std::size_t offset = header.offset;
  PixPtr pix(pixReadMemFromMultipageTiff(data_of(bytes), bytes.size(), &offset));
  if (pix && pixGetDepth(pix.get()) == 32 && header.orientation.value == 8) pix.reset(pixRotate180(nullptr, pix.get()));
  return {.pix = std::move(pix), .upright = true};
}

// Each format's own reader: Leptonica's guess at a format would let JPEG 2000 in, on which it crashes.
Read read(std::span<const std::byte> bytes, Format format, const Header& header) {
  switch (format) {
    case Format::jpeg:
      return read_jpeg(bytes);
    case Format::png:
      return {.pix = PixPtr(pixReadMemPng(data_of(bytes), bytes.size()))};
    case Format::tiff:
      return read_tiff(bytes, header);
    case Format::webp:
      return {.pix = PixPtr(pixReadMemWebP(data_of(bytes), bytes.size()))};
    case Format::bmp:
      return {.pix = PixPtr(pixReadMemBmp(data_of(bytes), bytes.size()))};
    case Format::gif:
      return read_gif(bytes);
    case Format::unknown:
    case Format::pdf:
    case Format::jpeg2000:
    case Format::mock:
      return {};
  }
  return {};
}

// ITU-R BT.601 luma, with the pixel laid over white.
std::uint8_t gray_of(l_uint32 pixel, bool has_alpha) {
  const l_uint32 red = pixel >> 24U, green = (pixel >> 16U) & 0xFFU, blue = (pixel >> 8U) & 0xFFU;
  const l_uint32 luma = ((77 * red) + (150 * green) + (29 * blue) + 128) >> 8U;
  if (!has_alpha) return static_cast<std::uint8_t>(luma);
  const l_uint32 alpha = pixel & 0xFFU;
  return static_cast<std::uint8_t>(((luma * alpha) + (255 * (255 - alpha)) + 127) / 255);
}

// Leptonica's own ways take two more copies of four bytes a pixel.
PixPtr gray_from_colour(const PixPtr& colour) {
  PixPtr gray(pixCreateNoInit(pixGetWidth(colour.get()), pixGetHeight(colour.get()), 8));
  if (!gray) return gray;
  const bool has_alpha = pixGetSpp(colour.get()) == 4;
  for (l_int32 y = 0; y < pixGetHeight(colour.get()); ++y) {
    const l_uint32* from = pixGetData(colour.get()) + (std::ptrdiff_t{y} * pixGetWpl(colour.get()));
    l_uint32* to = pixGetData(gray.get()) + (std::ptrdiff_t{y} * pixGetWpl(gray.get()));
    for (l_int32 x = 0; x < pixGetWidth(colour.get()); ++x) SET_DATA_BYTE(to, x, gray_of(from[x], has_alpha));
  }
  return gray;
}

bool is_opaque(Pix* pix) {
  l_int32 opaque = 1;
  if (pixGetColormap(pix) != nullptr) pixcmapIsOpaque(pixGetColormap(pix), &opaque);
  return opaque != 0;
}

PixPtr to_gray(PixPtr pix) {
  if (!is_opaque(pix.get())) pix.reset(pixRemoveColormap(pix.get(), REMOVE_CMAP_WITH_ALPHA));
  if (pix && pixGetDepth(pix.get()) == 24) pix.reset(pixConvert24To32(pix.get()));
  if (!pix) return pix;
  if (pixGetDepth(pix.get()) == 32) return gray_from_colour(pix);
  return PixPtr(pixConvertTo8(pix.get(), 0));
}

PixPtr turned(PixPtr pix, Orientation orientation) {
  struct Turn {
    l_int32 quarters;  // clockwise
    bool mirrored;     // left to right, after the turn
  };
  // EXIF 2.3, table 6, from 1.
  static constexpr std::array<Turn, 8> turns{
      {{0, false}, {0, true}, {2, false}, {2, true}, {1, true}, {1, false}, {3, true}, {3, false}}};
  const Turn turn = turns[orientation.value - 1U];
  if (turn.quarters != 0) pix.reset(pixRotateOrth(pix.get(), turn.quarters));
  if (pix && turn.mirrored) pix.reset(pixFlipLR(nullptr, pix.get()));
  return pix;
}

GrayImage copy_pixels(Pix* pix, double dpi) {
  GrayImage image{.width_px = static_cast<std::uint32_t>(pixGetWidth(pix)),
                  .height_px = static_cast<std::uint32_t>(pixGetHeight(pix)),
                  .dpi = dpi,
                  .pixels = {}};
  image.pixels.reserve(std::size_t{image.width_px} * image.height_px);
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    const l_uint32* row = pixGetData(pix) + (std::size_t{y} * static_cast<std::size_t>(pixGetWpl(pix)));
    for (std::uint32_t x = 0; x < image.width_px; ++x) image.pixels.push_back(GET_DATA_BYTE(row, x));
  }
  return image;
}

std::unexpected<Error> nothing_decoded(Format format) {
  return fail(ErrorKind::corrupt, media_type(format), "the image cannot be decoded");
}

Result<Decoded> decode_jpeg2000(std::span<const std::byte> bytes, const Header& header, const Limits& limits) {
  Result<GrayImage> image = pdf::decode_jpeg2000(bytes, limits);
  if (!image) return std::unexpected(std::move(image).error());
  image->dpi = header.dpi;  // not that of the page it was wrapped into
  return Decoded{.image = *std::move(image)};
}

}  // namespace

void initialise() { setMsgSeverity(L_SEVERITY_NONE); }

Result<Decoded> decode(std::span<const std::byte> bytes, Format format, const Header& header, const Limits& limits) {
  if (const Result<void> small_enough = check_pixels(header, limits); !small_enough)
    return std::unexpected(small_enough.error());
  if (header.width_px == 0 || header.height_px == 0) return nothing_decoded(format);
  if (format == Format::jpeg2000) return decode_jpeg2000(bytes, header, limits);
  Read read_image = read(bytes, format, header);
  if (!read_image.pix) return nothing_decoded(format);
  PixPtr gray = to_gray(std::move(read_image.pix));
  if (gray && !read_image.upright) gray = turned(std::move(gray), header.orientation);
  if (!gray) return nothing_decoded(format);
  return Decoded{.image = copy_pixels(gray.get(), header.dpi), .partly_decoded = read_image.partly_decoded};
}

}  // namespace docmill::image
