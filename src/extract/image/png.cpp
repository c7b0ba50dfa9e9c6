// PNG by libpng, in pieces as they come: what stands before the place where a file breaks off is there. Its errors are
// jumps: every function that sets one, or may be jumped over, holds nothing that has a destructor.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "extract/image/decoders.h"
#include "extract/image/luma.h"

namespace docmill::image {
namespace {

struct Png {
  Png(const Source& from, RowReducer& to) : source(from), rows(to) {}
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  ~Png() { png_destroy_read_struct(&library, &info, nullptr); }

  const Source& source;
  RowReducer& rows;
  png_structp library = nullptr;
  png_infop info = nullptr;
  std::size_t channels = 0;
  bool interlaced = false;
  bool size_differs = false, needs_memory = false, damaged = false, has_all_rows = false;
  std::vector<std::uint8_t> row = {};    // as it is given on
  std::vector<std::uint8_t> whole = {};  // an interlaced image, which comes in seven passes

  PixelSize size() const { return source.stored_size(); }
  std::size_t row_bytes() const { return std::size_t{size().width} * channels; }
};

Png& of(png_structp library) { return *static_cast<Png*>(png_get_progressive_ptr(library)); }

[[noreturn]] void escape(png_structp library, png_const_charp /*message*/) { png_longjmp(library, 1); }

void note_warning(png_structp library, png_const_charp message) {
  if (std::strstr(message, "CRC error") != nullptr) static_cast<Png*>(png_get_error_ptr(library))->damaged = true;
}

void put_pixel(PixelRow& row, std::size_t x, const png_byte* pixel, std::size_t channels) {
  switch (channels) {
    case 1:
      return row.put(x, Colour::of_gray(pixel[0]));
    case 2:
      return row.put(x, Colour::of_gray(pixel[0]), pixel[1]);
    case 3:
      return row.put(x, {.red = pixel[0], .green = pixel[1], .blue = pixel[2]});
    default:
      return row.put(x, {.red = pixel[0], .green = pixel[1], .blue = pixel[2]}, pixel[3]);
  }
}

void give_row(Png& png, const png_byte* samples) {
  PixelRow row(png.row, png.rows.samples());
  for (std::size_t x = 0; x < row.size(); ++x) put_pixel(row, x, samples + (x * png.channels), png.channels);
  png.rows.add(png.row);
}

/// Where the image fits: room for a row, or for the image where it is interlaced.
bool make_room(Png& png) {
  const PixelSize size = png.size();
  png.size_differs = png_get_image_width(png.library, png.info) != size.width ||
                     png_get_image_height(png.library, png.info) != size.height ||
                     png_get_rowbytes(png.library, png.info) != png.row_bytes() || !png.rows.begin(size);
  if (png.size_differs) return false;
  png.row.resize(std::size_t{size.width} * png.rows.samples());
  if (!png.interlaced) return true;
  png.needs_memory = png.row_bytes() * size.height > png.source.memory_bytes_max;
  if (png.needs_memory) return false;
  png.whole.assign(png.row_bytes() * size.height, 0xFF);
  return true;
}

// Palettes, few bits and transparent colours become 8 bits a sample, 16 bits are rounded.
void on_header(png_structp library, png_infop info) {
  Png& png = of(library);
  png_set_expand(library);
  png_set_scale_16(library);
  png.interlaced = png_set_interlace_handling(library) > 1;
  png_read_update_info(library, info);
  png.channels = png_get_channels(library, info);
  if (!make_room(png)) png_error(library, "no room");
}

void on_row(png_structp library, png_bytep row, png_uint_32 y, int pass) {
  Png& png = of(library);
  if (y >= png.size().height) return;
  const bool is_last_row = y + 1 == png.size().height;
  if (!png.interlaced) {
    if (row == nullptr) return;
    give_row(png, row);
    png.has_all_rows = is_last_row;
    return;
  }
  if (row != nullptr) png_progressive_combine_row(library, png.whole.data() + (y * png.row_bytes()), row);
  constexpr int last_pass = 6;
  if (pass == last_pass && is_last_row) png.has_all_rows = true;
}

void on_end(png_structp library, png_infop /*info*/) { of(library).has_all_rows = true; }

bool prepare(Png& png) {
  if (setjmp(png_jmpbuf(png.library)) != 0) return false;
  // A checksum that is wrong is told, and the pixels are taken as they are.
  png_set_crc_action(png.library, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
  png_set_user_limits(png.library, source_side_px_max, source_side_px_max);
  // Text, profiles and the like are skipped unread: they can be large, and say nothing of the pixels. -1: every chunk
  // but transparency and what no image does without.
  png_set_keep_unknown_chunks(png.library, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_progressive_read_fn(png.library, &png, on_header, on_row, on_end);
  return true;
}

/// False where it breaks off at an error.
bool push(Png& png, png_const_bytep data, std::size_t size) {
  if (setjmp(png_jmpbuf(png.library)) != 0) return false;
  png_process_data(png.library, png.info, const_cast<png_bytep>(data), size);  // NOLINT: it only reads
  return true;
}

void give_interlaced(Png& png) {
  for (std::uint32_t y = 0; y < png.size().height; ++y) give_row(png, png.whole.data() + (y * png.row_bytes()));
}

}  // namespace

Result<Extent> decode_png(const Source& source, RowReducer& rows) {
  Png png(source, rows);
  png.library = png_create_read_struct(PNG_LIBPNG_VER_STRING, &png, escape, note_warning);
  if (png.library == nullptr) return nothing_decoded();
  png.info = png_create_info_struct(png.library);
  if (png.info == nullptr || !prepare(png)) return nothing_decoded();
  const bool without_error = push(png, reinterpret_cast<png_const_bytep>(source.bytes.data()), source.bytes.size());
  if (png.size_differs) return size_mismatch();
  if (png.needs_memory) return too_much_memory(png.row_bytes() * png.size().height, source.memory_bytes_max);
  if (!png.whole.empty()) give_interlaced(png);
  return png.has_all_rows && !png.damaged && without_error ? Extent::whole : Extent::part;
}

}  // namespace docmill::image
