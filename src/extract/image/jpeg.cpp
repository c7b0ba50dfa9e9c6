// JPEG by libjpeg-turbo. Its errors are jumps: every function that sets one, or may be jumped over, holds nothing that
// has a destructor.
#include <cstddef>
#include <cstdio>
// These two need the two above.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <memory>
#include <span>
#include <vector>

#include "extract/image/decoders.h"
#include "extract/image/jpeg_lines.h"
#include "extract/image/luma.h"

namespace docmill::image {
namespace {

// No camera or program writes so many; each costs a pass over the whole image.
constexpr int scans_max = 500;

/// The library's state and ours. The library keeps pointers into it.
struct Jpeg {
  Jpeg() = default;
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;
  ~Jpeg() { jpeg_destroy_decompress(&library); }

  jpeg_decompress_struct library{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  jpeg_progress_mgr progress{};
  std::jmp_buf escape{};
  int error_code = 0;
  bool damaged = false;
  bool at_end = false;        // all bytes were read, and more were wanted
  unsigned whole_groups = 0;  // rows of blocks that were decoded before that
  // The library knows no JPEG whose frame has no number of lines. So it is given the file in three pieces, of which
  // the second is that number.
  std::array<JOCTET, 2> lines{};
  std::array<std::span<const JOCTET>, 2> later_pieces{};
  std::size_t pieces_given = 0;
};

Jpeg& of(j_common_ptr library) { return *static_cast<Jpeg*>(library->client_data); }
Jpeg& of(j_decompress_ptr library) { return *static_cast<Jpeg*>(library->client_data); }

[[noreturn]] void escape(j_common_ptr library) {
  Jpeg& jpeg = of(library);
  jpeg.error_code = library->err->msg_code;
  std::longjmp(jpeg.escape, 1);
}

void note_message(j_common_ptr library, int level) {
  if (level >= 0) return;
  switch (library->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_TOO_MUCH_DATA:
      return;
    default:
      of(library).damaged = true;
  }
}

void print_nothing(j_common_ptr /*library*/) {}

void watch_scans(j_common_ptr library) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(library);
  if (decompress->input_scan_number <= scans_max) return;
  library->err->msg_code = JERR_BAD_PROGRESSION;
  escape(library);
}

void nothing_to_do(j_decompress_ptr /*library*/) {}

// Beyond its end the file is taken to end properly.
boolean end_the_file(j_decompress_ptr library) {
  static constexpr JOCTET end_of_image[] = {0xFF, JPEG_EOI};
  Jpeg& jpeg = of(library);
  if (jpeg.pieces_given < jpeg.later_pieces.size() && !jpeg.later_pieces[jpeg.pieces_given].empty()) {
    const std::span<const JOCTET> piece = jpeg.later_pieces[jpeg.pieces_given++];
    library->src->next_input_byte = piece.data();
    library->src->bytes_in_buffer = piece.size();
    return TRUE;
  }
  if (!jpeg.at_end) jpeg.whole_groups = library->input_iMCU_row;
  jpeg.at_end = jpeg.damaged = true;
  library->src->next_input_byte = end_of_image;
  library->src->bytes_in_buffer = sizeof end_of_image;
  return TRUE;
}

void skip(j_decompress_ptr library, long count) {
  if (count <= 0) return;
  const std::size_t skipped = std::min(static_cast<std::size_t>(count), library->src->bytes_in_buffer);
  library->src->next_input_byte += skipped;
  library->src->bytes_in_buffer -= skipped;
}

/// The first piece of the file, which is mostly all of it.
std::span<const JOCTET> part_at_lines(Jpeg& jpeg, std::span<const std::byte> bytes) {
  const std::span file(reinterpret_cast<const JOCTET*>(bytes.data()), bytes.size());
  const auto defined = find_defined_lines(bytes);
  if (!defined) return file;
  jpeg.lines = {static_cast<JOCTET>(defined->lines >> 8), static_cast<JOCTET>(defined->lines & 0xFF)};
  jpeg.later_pieces = {std::span<const JOCTET>(jpeg.lines), file.subspan(defined->offset + jpeg.lines.size())};
  return file.first(defined->offset);
}

bool create(Jpeg& jpeg, const Source& source, std::span<const JOCTET> first_piece) {
  jpeg.library.err = jpeg_std_error(&jpeg.errors);
  jpeg.errors.error_exit = escape;
  jpeg.errors.emit_message = note_message;
  jpeg.errors.output_message = print_nothing;
  jpeg.library.client_data = &jpeg;
  if (setjmp(jpeg.escape) != 0) return false;
  jpeg_create_decompress(&jpeg.library);
  jpeg.library.mem->max_memory_to_use = static_cast<long>(source.memory_bytes_max);
  jpeg.source = {.next_input_byte = first_piece.data(),
                 .bytes_in_buffer = first_piece.size(),
                 .init_source = nothing_to_do,
                 .fill_input_buffer = end_the_file,
                 .skip_input_data = skip,
                 .resync_to_restart = jpeg_resync_to_restart,
                 .term_source = nothing_to_do};
  jpeg.library.src = &jpeg.source;
  jpeg.progress.progress_monitor = watch_scans;
  jpeg.library.progress = &jpeg.progress;
  return true;
}

bool read_header(Jpeg& jpeg) {
  if (setjmp(jpeg.escape) != 0) return false;
  return jpeg_read_header(&jpeg.library, TRUE) == JPEG_HEADER_OK;
}

bool start(Jpeg& jpeg) {
  if (setjmp(jpeg.escape) != 0) return false;
  return jpeg_start_decompress(&jpeg.library) == TRUE;
}

bool read_row(Jpeg& jpeg, JSAMPROW row) {
  if (setjmp(jpeg.escape) != 0) return false;
  return jpeg_read_scanlines(&jpeg.library, &row, 1) == 1;
}

std::unexpected<Error> error_of(const Jpeg& jpeg, const Source& source) {
  switch (jpeg.error_code) {
    case JERR_BAD_PRECISION:
      return kind_unsupported("a JPEG of other than 8 bits a sample");
    case JERR_SOF_UNSUPPORTED:
      return kind_unsupported("a JPEG without loss, or of layers");
    case JERR_ARITH_NOTIMPL:
      return kind_unsupported("a JPEG of arithmetic coding");
    case JERR_CONVERSION_NOTIMPL:
    case JERR_COMPONENT_COUNT:
      return kind_unsupported("a JPEG of another number of colours");
    case JERR_NO_BACKING_STORE:
    case JERR_OUT_OF_MEMORY:
      return fail(
          ErrorKind::limit_pixels, "",
          "a JPEG that is held whole would take more than " + std::to_string(source.memory_bytes_max) + " bytes");
    default:
      return nothing_decoded();
  }
}

/// The library's own reduction, by 2, 4 or 8, leaves out detail before it is computed.
unsigned reduction(PixelSize from, PixelSize to) {
  unsigned by = 8;
  while (by > 1 && (from.width / by < to.width || from.height / by < to.height)) by /= 2;
  return by;
}

/// Inks or, as Adobe's programs store them, what they leave of the light.
void put_inks(std::span<const JSAMPLE> inks, bool inverted, PixelRow row) {
  const std::uint8_t flip = inverted ? 0xFF : 0;
  for (std::size_t x = 0; x < row.size(); ++x) {
    const std::span<const JSAMPLE> pixel = inks.subspan(4 * x, 4);
    row.put(x, colour_of_inks(pixel[0] ^ flip, pixel[1] ^ flip, pixel[2] ^ flip, pixel[3] ^ flip));
  }
}

/// Of a file that ends early these rows are whole; of one that comes in several passes all rows hold something.
std::uint32_t rows_to_keep(const Jpeg& jpeg) {
  const jpeg_decompress_struct& library = jpeg.library;
  if (!jpeg.at_end || library.progressive_mode != 0 || library.num_components > library.comps_in_scan)
    return library.output_height;
  const unsigned group = static_cast<unsigned>(library.max_v_samp_factor * library.min_DCT_scaled_size);
  return std::min<std::uint32_t>(jpeg.whole_groups * group, library.output_height);
}

void give_rows(Jpeg& jpeg, RowReducer& rows) {
  const std::size_t width = jpeg.library.output_width;
  const bool has_inks = jpeg.library.out_color_space == JCS_CMYK;
  const bool inverted = jpeg.library.saw_Adobe_marker != 0;
  std::vector<JSAMPLE> samples(width * static_cast<std::size_t>(jpeg.library.output_components));
  std::vector<std::uint8_t> row(has_inks ? width * rows.samples() : 0);
  for (std::uint32_t y = 0; y < jpeg.library.output_height; ++y) {
    if (!read_row(jpeg, samples.data())) {
      jpeg.damaged = true;
      return;
    }
    if (y >= rows_to_keep(jpeg)) return;
    if (has_inks) put_inks(samples, inverted, {row, rows.samples()});
    rows.add(has_inks ? row : samples);
  }
}

}  // namespace

Result<Extent> decode_jpeg(const Source& source, RowReducer& rows) {
  const auto jpeg = std::make_unique<Jpeg>();
  if (!create(*jpeg, source, part_at_lines(*jpeg, source.bytes)) || !read_header(*jpeg)) return error_of(*jpeg, source);
  jpeg_decompress_struct& library = jpeg->library;
  const PixelSize size{.width = library.image_width, .height = library.image_height};
  if (size != source.stored_size()) return size_mismatch();
  // The gray of a colour image is what it stores anyway, but not that of inks.
  const J_COLOR_SPACE plain = rows.samples() == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
  library.out_color_space = library.num_components == 4 ? JCS_CMYK : plain;
  library.scale_num = 1;
  library.scale_denom = reduction(size, rows.to());
  if (!start(*jpeg)) return error_of(*jpeg, source);
  if (!rows.begin({.width = library.output_width, .height = library.output_height})) return size_mismatch();
  give_rows(*jpeg, rows);
  return jpeg->damaged ? Extent::part : Extent::whole;
}

}  // namespace docmill::image
