// Headers of every image format, whatever the bytes say that they are.
#include <cstddef>
#include <cstdint>
#include <span>

#include "document/format.h"
#include "extract/image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using docmill::Format;
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const Format format : {docmill::sniff(bytes), Format::jpeg, Format::png, Format::tiff, Format::webp, Format::bmp,
                              Format::gif, Format::jpeg2000}) {
    if (format == Format::unknown || format == Format::pdf || format == Format::mock) continue;
    const auto headers = docmill::image::read_headers(bytes, format);
    if (!headers) continue;
    for (const auto& header : *headers) (void)docmill::image::check_pixels(header, {});
  }
  return 0;
}
