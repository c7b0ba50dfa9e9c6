// JPEG by libjpeg-turbo. Its errors are jumps: the function that sets one, and those that may be jumped over, hold
// nothing that has a destructor.
#include <cstddef>
#include <cstdio>
// This one needs the two above.
#include <jpeglib.h>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <csetjmp>
#include <span>
#include <utility>

#include "extract/image/encode.h"

namespace docmill::image {
namespace {

/// The library's state and ours. The library keeps pointers into it.
struct Jpeg {
  explicit Jpeg(EncodedBytes& to) : output(to) {}
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;
  ~Jpeg() { jpeg_destroy_compress(&library); }

  EncodedBytes& output;
  jpeg_compress_struct library{};
  jpeg_error_mgr errors{};
  jpeg_destination_mgr destination{};
  std::jmp_buf escape{};
  int error_code = 0;
  std::array<JOCTET, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): the library fills it
};

[[noreturn]] void escape(j_common_ptr library) {
  auto& jpeg = *static_cast<Jpeg*>(library->client_data);
  jpeg.error_code = library->err->msg_code;
  std::longjmp(jpeg.escape, 1);
}

void say_nothing(j_common_ptr /*library*/, int /*level*/) {}
void print_nothing(j_common_ptr /*library*/) {}

Jpeg& of(j_compress_ptr library) { return *static_cast<Jpeg*>(library->client_data); }

void begin_buffer(j_compress_ptr library) {
  library->dest->next_output_byte = of(library).buffer.data();
  library->dest->free_in_buffer = of(library).buffer.size();
}

void append(j_compress_ptr library, std::size_t size) {
  if (!of(library).output.append(std::as_bytes(std::span(of(library).buffer).first(size))))
    escape(reinterpret_cast<j_common_ptr>(library));
}

boolean empty_buffer(j_compress_ptr library) {
  append(library, of(library).buffer.size());
  begin_buffer(library);
  return TRUE;
}

void end_buffer(j_compress_ptr library) { append(library, of(library).buffer.size() - library->dest->free_in_buffer); }

/// False where the library jumped.
bool write(Jpeg& jpeg, const ColourView& view, int quality) {
  if (setjmp(jpeg.escape) != 0) return false;
  jpeg_compress_struct& library = jpeg.library;
  library.err = jpeg_std_error(&jpeg.errors);
  jpeg.errors.error_exit = escape;
  jpeg.errors.emit_message = say_nothing;
  jpeg.errors.output_message = print_nothing;
  library.client_data = &jpeg;
  jpeg_create_compress(&library);
  jpeg.destination.init_destination = begin_buffer;
  jpeg.destination.empty_output_buffer = empty_buffer;
  jpeg.destination.term_destination = end_buffer;
  library.dest = &jpeg.destination;
  library.image_width = view.size().width;
  library.image_height = view.size().height;
  library.input_components = static_cast<int>(ColourImage::samples);
  library.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&library);
  jpeg_set_quality(&library, quality, TRUE);
  library.dct_method = JDCT_ISLOW;  // whole numbers: the same on every processor
  if (view.dpi() >= 1 && view.dpi() <= UINT16_MAX) {
    library.density_unit = 1;  // dots per inch
    library.X_density = library.Y_density = static_cast<UINT16>(std::lround(view.dpi()));
  }
  jpeg_start_compress(&library, TRUE);
  while (library.next_scanline < library.image_height) {
    auto* row = const_cast<JSAMPLE*>(view.row(library.next_scanline).data());  // the library reads it
    jpeg_write_scanlines(&library, &row, 1);
  }
  jpeg_finish_compress(&library);
  return true;
}

}  // namespace

Result<std::vector<std::byte>> encode_jpeg(const ColourView& view, const EncodeSettings& settings) {
  const PixelSize size = view.size();
  if (size.pixels() == 0 || size.width > JPEG_MAX_DIMENSION || size.height > JPEG_MAX_DIMENSION)
    return fail(ErrorKind::limit_pixels, "",
                fmt::format("{} x {} pixels, JPEG holds {} a side", size.width, size.height, JPEG_MAX_DIMENSION));
  EncodedBytes output(settings.size_bytes_max);
  Jpeg jpeg(output);
  if (!write(jpeg, view, static_cast<int>(settings.quality)))
    return output.error(fmt::format("libjpeg-turbo cannot encode it, error {}", jpeg.error_code));
  return std::move(output).take();
}

}  // namespace docmill::image
