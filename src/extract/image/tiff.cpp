// TIFF by libtiff: strip by strip, or a row of tiles at a time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "extract/image/decoders.h"
#include "extract/image/luma.h"
#include "extract/image/tiff_file.h"
#include "extract/image/tiff_samples.h"

namespace docmill::image {
namespace {

/// A part of the image that lies in one tile, or a strip.
struct Place {
  std::uint32_t left = 0, top = 0;
  PixelSize size;
};

/// Calls `read` for every tile or strip with its place, from left to right and top to bottom; `after_row` after each
/// row of them.
void for_each_chunk(const TiffPage& page, auto&& read, auto&& after_row) {
  for (std::uint64_t top = 0; top < page.size.height; top += page.chunk.height) {
    const auto height = static_cast<std::uint32_t>(std::min<std::uint64_t>(page.chunk.height, page.size.height - top));
    for (std::uint64_t left = 0; left < page.size.width; left += page.chunk.width)
      read(Place{.left = static_cast<std::uint32_t>(left),
                 .top = static_cast<std::uint32_t>(top),
                 .size = {.width = static_cast<std::uint32_t>(
                              std::min<std::uint64_t>(page.chunk.width, page.size.width - left)),
                          .height = height}});
    after_row(height);
  }
}

/// A row of tiles as they are given on. Of strips each row goes straight on.
class Band {
 public:
  Band(const TiffPage& page, RowReducer& rows)
      : rows_(rows), row_bytes_(std::size_t{page.size.width} * rows.samples()), tiled_(page.tiled) {
    bytes_.resize(row_bytes_ * (tiled_ ? std::min(page.chunk.height, page.size.height) : 1));
  }

  PixelRow row(const Place& place, std::uint32_t y) {
    const std::size_t samples = rows_.samples();
    const std::size_t start = tiled_ ? (std::size_t{y} * row_bytes_) + (place.left * samples) : 0;
    return {std::span(bytes_).subspan(start, place.size.width * samples), rows_.samples()};
  }
  void row_is_done() {
    if (!tiled_) rows_.add(bytes_);
  }
  void band_is_done(std::uint32_t height) {
    for (std::size_t y = 0; tiled_ && y < height; ++y) rows_.add(std::span(bytes_).subspan(y * row_bytes_, row_bytes_));
  }

 private:
  RowReducer& rows_;
  std::size_t row_bytes_;
  bool tiled_;
  std::vector<std::uint8_t> bytes_;
};

std::uint64_t band_bytes(const TiffPage& page, const RowReducer& rows) {
  return std::uint64_t{page.size.width} * rows.samples() *
         (page.tiled ? std::min(page.chunk.height, page.size.height) : 1);
}

/// Strips and tiles of samples that libtiff only unpacks.
class SampleReader {
 public:
  SampleReader(TiffFile& file, const TiffPage& page, SampleConverter& samples)
      : file_(file), page_(page), samples_(samples) {}

  std::uint64_t memory_bytes(const RowReducer& rows) const {
    const std::uint64_t chunk =
        page_.tiled ? TIFFTileSize64(file_.get()) : TIFFVStripSize64(file_.get(), page_.chunk.height);
    // libtiff answers 0 where the size is too large for it.
    return chunk == 0 ? std::numeric_limits<std::uint64_t>::max()
                      : (chunk * samples_.planes()) + band_bytes(page_, rows);
  }

  Result<Extent> give(RowReducer& rows) {
    if (samples_.needs_range()) {
      const auto measure = [&](const Place& place, std::uint32_t /*y*/) { samples_.measure(row_, place.size.width); };
      for_each_chunk(page_, [&](const Place& place) { read(place, measure); }, [](std::uint32_t /*height*/) {});
      samples_.use_measured_range();
    }
    Band band(page_, rows);
    const auto convert = [&](const Place& place, std::uint32_t y) {
      samples_.convert(row_, band.row(place, y));
      band.row_is_done();
    };
    for_each_chunk(
        page_, [&](const Place& place) { read(place, convert); },
        [&](std::uint32_t height) { band.band_is_done(height); });
    if (!anything_) return nothing_decoded();
    return damaged_ || file_.saw_error() ? Extent::part : Extent::whole;
  }

 private:
  /// Decodes all planes of a chunk and calls `use` for each of its rows, which is then in row_.
  void read(const Place& place, auto&& use) {
    planes_.resize(samples_.planes());
    row_.resize(planes_.size());
    for (std::uint16_t plane = 0; plane < samples_.planes(); ++plane) read_plane(place, plane);
    const auto row_bytes =
        static_cast<std::size_t>(page_.tiled ? TIFFTileRowSize64(file_.get()) : TIFFScanlineSize64(file_.get()));
    for (std::uint32_t y = 0; y < place.size.height; ++y) {
      for (std::size_t plane = 0; plane < planes_.size(); ++plane)
        row_[plane] = std::span(planes_[plane]).subspan(y * row_bytes, row_bytes);
      use(place, y);
    }
  }

  void read_plane(const Place& place, std::uint16_t plane) {
    TIFF* tiff = file_.get();
    const std::uint64_t size = page_.tiled ? TIFFTileSize64(tiff) : TIFFVStripSize64(tiff, place.size.height);
    const std::uint32_t index =
        page_.tiled ? TIFFComputeTile(tiff, place.left, place.top, 0, plane) : TIFFComputeStrip(tiff, place.top, plane);
    planes_[plane].resize(size);
    const TiffFile::Chunk chunk = file_.read_chunk(index, planes_[plane], samples_.blank());
    if (chunk != TiffFile::Chunk::whole) damaged_ = true;
    if (chunk != TiffFile::Chunk::missing) anything_ = true;
  }

  TiffFile& file_;
  const TiffPage& page_;
  SampleConverter& samples_;
  bool damaged_ = false, anything_ = false;
  std::vector<std::vector<std::uint8_t>> planes_;
  std::vector<std::span<const std::uint8_t>> row_;
};

Colour colour_of(std::uint32_t pixel) {
  return {.red = static_cast<std::uint8_t>(TIFFGetR(pixel)),
          .green = static_cast<std::uint8_t>(TIFFGetG(pixel)),
          .blue = static_cast<std::uint8_t>(TIFFGetB(pixel))};
}

/// Colours that take computing (YCbCr, L*a*b*, LogLuv, JPEG as of TIFF 6.0): libtiff's own way to RGB. It gives rows
/// from bottom to top, what it could not decode as transparent.
Result<Extent> give_rgba(TiffFile& file, const TiffPage& page, const Source& source, RowReducer& rows) {
  std::array<char, 1024> reason{};
  if (TIFFRGBAImageOK(file.get(), reason.data()) != 1) return kind_unsupported(reason.data());
  const std::uint64_t memory = (page.chunk.pixels() * sizeof(std::uint32_t)) + band_bytes(page, rows);
  if (memory > source.memory_bytes_max) return too_much_memory(memory, source.memory_bytes_max);
  // Rows are turned later, for all formats in one place.
  TIFFSetField(file.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  std::vector<std::uint32_t> raster(page.chunk.pixels());
  Band band(page, rows);
  bool damaged = false, anything = false;
  const auto read = [&](const Place& place) {
    std::ranges::fill(raster, 0);
    const int decoded = page.tiled ? TIFFReadRGBATileExt(file.get(), place.left, place.top, raster.data(), 0)
                                   : TIFFReadRGBAStripExt(file.get(), place.top, raster.data(), 0);
    if (decoded != 1) damaged = true;
    if (std::ranges::any_of(raster, [](std::uint32_t pixel) { return pixel != 0; })) anything = true;
    const std::size_t height = page.tiled ? page.chunk.height : place.size.height;
    for (std::uint32_t y = 0; y < place.size.height; ++y) {
      PixelRow out = band.row(place, y);
      const std::uint32_t* row = raster.data() + ((height - 1 - y) * page.chunk.width);
      for (std::size_t x = 0; x < out.size(); ++x) out.put_multiplied(x, colour_of(row[x]), TIFFGetA(row[x]));
      band.row_is_done();
    }
  };
  for_each_chunk(page, read, [&](std::uint32_t height) { band.band_is_done(height); });
  if (!anything) return nothing_decoded();
  return damaged || file.saw_error() ? Extent::part : Extent::whole;
}

/// libjpeg gives RGB where a page stores YCbCr as it does. Before anything is asked about sizes.
void take_rgb_from_jpeg(TiffFile& file, TiffPage& page) {
  if (page.compression != COMPRESSION_JPEG || page.photometric != PHOTOMETRIC_YCBCR || page.separate) return;
  TIFFSetField(file.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  page.photometric = PHOTOMETRIC_RGB;
}

}  // namespace

Result<Extent> decode_tiff(const Source& source, RowReducer& rows) {
  TiffFile file(source.bytes, source.header.offset, source.memory_bytes_max);
  if (!file.is_open()) return nothing_decoded();
  TiffPage page = file.page();
  if (TIFFIsCODECConfigured(page.compression) != 1)
    return kind_unsupported(fmt::format("a TIFF of compression {}", page.compression));
  if (page.compression == COMPRESSION_JPEG && page.bits != 8)
    return kind_unsupported("a JPEG of other than 8 bits a sample");
  if (page.chunk.width == 0 || page.chunk.height == 0) return nothing_decoded();
  if (page.size != source.stored_size() || !rows.begin(page.size)) return size_mismatch();
  take_rgb_from_jpeg(file, page);
  const bool is_old_jpeg = page.compression == COMPRESSION_OJPEG;
  std::optional<SampleConverter> samples = is_old_jpeg ? std::nullopt : SampleConverter::of(file.get(), page);
  if (!samples) return give_rgba(file, page, source, rows);
  SampleReader reader(file, page, *samples);
  if (const std::uint64_t memory = reader.memory_bytes(rows); memory > source.memory_bytes_max)
    return too_much_memory(memory, source.memory_bytes_max);
  return reader.give(rows);
}

}  // namespace docmill::image
