// A TIFF in memory, opened by libtiff.
#pragma once

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "extract/image/row_reducer.h"

namespace docmill::image {

/// What one page of a TIFF says of its pixels. Where a page leaves a field out, libtiff's default.
struct TiffPage {
  PixelSize size;
  std::uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT;
  std::uint16_t photometric = PHOTOMETRIC_MINISWHITE, compression = COMPRESSION_NONE;
  std::uint16_t colours = 1;  // samples that are no extra ones
  std::uint16_t alpha = 0;    // EXTRASAMPLE_ASSOCALPHA or _UNASSALPHA where the first extra sample is that, else 0
  bool separate = false;      // every sample in a plane of its own
  bool tiled = false;
  PixelSize chunk;  // a tile, or a strip; may reach beyond the image
};

/// One page of a file. Reads the bytes, which must outlive it, and nothing else.
class TiffFile {
 public:
  /// Not open where libtiff finds no directory at `offset`. `memory_bytes_max` holds for each piece of memory.
  TiffFile(std::span<const std::byte> bytes, std::uint64_t offset, std::uint64_t memory_bytes_max);
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  bool is_open() const { return tiff_ != nullptr; }
  TIFF* get() const { return tiff_.get(); }
  TiffPage page() const;

  enum class Chunk : std::uint8_t { whole, part, missing };

  /// Decode a strip or tile as far as it goes into `decoded`, all of which is set: what is missing to `blank`.
  Chunk read_chunk(std::uint32_t index, std::span<std::uint8_t> decoded, std::uint8_t blank);

  /// Something was wrong with the file, though not so much that reading stopped.
  bool saw_error() const { return saw_error_; }

 private:
  struct Close {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  };

  static tmsize_t read(thandle_t self, void* buffer, tmsize_t size);
  static tmsize_t write(thandle_t self, void* buffer, tmsize_t size);
  static toff_t seek(thandle_t self, toff_t offset, int whence);
  static toff_t size(thandle_t self);
  static int close(thandle_t self);
  static int note_error(TIFF* tiff, void* self, const char* module, const char* format, va_list arguments);
  static int ignore_warning(TIFF* tiff, void* self, const char* module, const char* format, va_list arguments);

  std::span<const std::byte> bytes_;
  std::uint64_t at_ = 0;
  bool saw_error_ = false;
  std::vector<std::uint8_t> encoded_;
  std::unique_ptr<TIFF, Close> tiff_;
};

}  // namespace docmill::image
