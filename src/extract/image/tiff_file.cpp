#include "extract/image/tiff_file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace docmill::image {
namespace {

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::uint16_t short_field(TIFF* tiff, std::uint32_t tag, std::uint16_t otherwise) {
  std::uint16_t value = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

std::uint32_t long_field(TIFF* tiff, std::uint32_t tag) {
  std::uint32_t value = 0;
  return TIFFGetField(tiff, tag, &value) == 1 ? value : 0;
}

// TIFF 6.0 requires the field. What is compressed as fax is white where it is 0; three samples are colours.
std::uint16_t photometric_of(TIFF* tiff, const TiffPage& page) {
  std::uint16_t value = 0;
  if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &value) == 1) return value;
  const bool is_fax = page.compression == COMPRESSION_CCITTRLE || page.compression == COMPRESSION_CCITTRLEW ||
                      page.compression == COMPRESSION_CCITTFAX3 || page.compression == COMPRESSION_CCITTFAX4;
  if (is_fax) return PHOTOMETRIC_MINISWHITE;
  return page.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
}

void read_extra_samples(TIFF* tiff, TiffPage& page) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  page.colours = page.samples;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || count >= page.samples) return;
  page.colours = static_cast<std::uint16_t>(page.samples - count);
  if (count > 0 && (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA)) page.alpha = kinds[0];
}

/// What stands behind the last pixel that a decoder found: zeros, or the gray of an empty JPEG.
void blank_what_is_missing(std::span<std::uint8_t> decoded, std::uint8_t blank) {
  const std::uint8_t filler = decoded.empty() ? blank : decoded.back();
  for (std::size_t end = decoded.size(); end > 0 && decoded[end - 1] == filler; --end) decoded[end - 1] = blank;
}

}  // namespace

TiffFile::TiffFile(std::span<const std::byte> bytes, std::uint64_t offset, std::uint64_t memory_bytes_max)
    : bytes_(bytes) {
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(memory_bytes_max));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), note_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, this);
  // h: not the first directory, but the one that is asked for; m: no mapping, which would bypass read().
  tiff_.reset(TIFFClientOpenExt("", "rhm", this, read, write, seek, close, size, nullptr, nullptr, options.get()));
  if (tiff_ && TIFFSetSubDirectory(tiff_.get(), offset) != 1) tiff_.reset();
}

TiffPage TiffFile::page() const {
  TIFF* tiff = tiff_.get();
  TiffPage page{
      .size = {.width = long_field(tiff, TIFFTAG_IMAGEWIDTH), .height = long_field(tiff, TIFFTAG_IMAGELENGTH)},
      .bits = short_field(tiff, TIFFTAG_BITSPERSAMPLE, 1),
      .samples = short_field(tiff, TIFFTAG_SAMPLESPERPIXEL, 1),
      .format = short_field(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT),
      .compression = short_field(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE),
      .separate = short_field(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE,
      .tiled = TIFFIsTiled(tiff) != 0,
      .chunk = {}};
  page.photometric = photometric_of(tiff, page);
  read_extra_samples(tiff, page);
  if (page.tiled) {
    page.chunk = {.width = long_field(tiff, TIFFTAG_TILEWIDTH), .height = long_field(tiff, TIFFTAG_TILELENGTH)};
  } else {
    const std::uint32_t rows = long_field(tiff, TIFFTAG_ROWSPERSTRIP);
    page.chunk = {.width = page.size.width, .height = rows == 0 ? page.size.height : std::min(rows, page.size.height)};
  }
  return page;
}

// Not TIFFReadEncodedStrip(), which does not look at a strip that is cut off.
TiffFile::Chunk TiffFile::read_chunk(std::uint32_t index, std::span<std::uint8_t> decoded, std::uint8_t blank) {
  std::ranges::fill(decoded, blank);
  const std::uint64_t offset = TIFFGetStrileOffset(tiff_.get(), index);
  const std::uint64_t size = TIFFGetStrileByteCount(tiff_.get(), index);
  if (offset == 0 || offset >= bytes_.size() || size == 0) return Chunk::missing;
  const auto held = bytes_.subspan(offset, std::min<std::uint64_t>(size, bytes_.size() - offset));
  // A copy: libtiff reverses bits in place.
  encoded_.resize(held.size());
  std::memcpy(encoded_.data(), held.data(), held.size());
  const bool decodes = TIFFReadFromUserBuffer(tiff_.get(), index, encoded_.data(), static_cast<tmsize_t>(held.size()),
                                              decoded.data(), static_cast<tmsize_t>(decoded.size())) == 1;
  if (decodes && held.size() == size) return Chunk::whole;
  blank_what_is_missing(decoded, blank);
  const bool is_blank = std::ranges::all_of(decoded, [&](std::uint8_t byte) { return byte == blank; });
  return is_blank ? Chunk::missing : Chunk::part;
}

tmsize_t TiffFile::read(thandle_t self, void* buffer, tmsize_t size) {
  auto& file = *static_cast<TiffFile*>(self);
  if (file.at_ >= file.bytes_.size() || size <= 0) return 0;
  const std::uint64_t count = std::min<std::uint64_t>(static_cast<std::uint64_t>(size), file.bytes_.size() - file.at_);
  std::memcpy(buffer, file.bytes_.data() + file.at_, count);
  file.at_ += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t TiffFile::write(thandle_t /*self*/, void* /*buffer*/, tmsize_t /*size*/) { return -1; }

toff_t TiffFile::seek(thandle_t self, toff_t offset, int whence) {
  auto& file = *static_cast<TiffFile*>(self);
  const std::uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.at_ : file.bytes_.size();
  file.at_ = from + offset;  // unsigned: a negative offset wraps back
  return file.at_;
}

toff_t TiffFile::size(thandle_t self) { return static_cast<TiffFile*>(self)->bytes_.size(); }

int TiffFile::close(thandle_t /*self*/) { return 0; }

int TiffFile::note_error(TIFF* /*tiff*/, void* self, const char* /*module*/, const char* /*format*/,
                         va_list /*arguments*/) {
  static_cast<TiffFile*>(self)->saw_error_ = true;
  return 1;  // handled: nothing is printed
}

int TiffFile::ignore_warning(TIFF* /*tiff*/, void* /*self*/, const char* /*module*/, const char* /*format*/,
                             va_list /*arguments*/) {
  return 1;
}

}  // namespace docmill::image
