// What image/ makes of a picture, for tests that compare it with what other programs see.
//   decode_picture FILE [gray|colour [PIXELS_MAX]]
// For each page a line of JSON, and behind the line of a page that could be decoded its pixels: a byte each, or blue,
// green and red.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "extract/extract.h"
#include "extract/image/encode.h"
#include "extract/image/image.h"

namespace {

using namespace docmill;

void tell_error(const Error& error) { fmt::print("{{\"error\": \"{}\"}}\n", name_of(error.kind)); }

template <typename Image>
void tell(const image::DecodedAs<Image>& decoded, const image::Header& header) {
  const image::DisplaySize size = image::display_size(header);
  fmt::print(R"({{"width": {}, "height": {}, "scale": {}, "dpi": {}, "display": [{}, {}], "part": {}, "more": {}}})",
             decoded.image.width_px, decoded.image.height_px, decoded.scale, header.dpi, size.width_px, size.height_px,
             decoded.partly_decoded, header.has_more_frames);
  std::putchar('\n');
  std::fwrite(decoded.image.pixels.data(), 1, decoded.image.pixels.size(), stdout);
}

template <typename Image>
void tell(const Result<image::DecodedAs<Image>>& decoded, const image::Header& header) {
  if (decoded)
    tell(*decoded, header);
  else
    tell_error(decoded.error());
}

int decode_all(const std::string& name, bool in_colour, const Limits& limits) {
  std::ifstream file(name, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(content));
  const Format format = sniff(bytes);
  const auto headers = image::read_headers(bytes, format);
  if (!headers) {
    tell_error(headers.error());
    return 0;
  }
  for (const image::Header& header : *headers) {
    if (in_colour)
      tell(image::decode_colour(bytes, format, header, limits, image::encoded_side_px_max), header);
    else
      tell(image::decode(bytes, format, header, limits), header);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  Limits limits;
  const bool in_colour = argc > 2 && std::string_view(argv[2]) == "colour";
  if (argc > 3) limits.page_pixels_max = std::stoull(argv[3]);
  const extract::WarmUp fonts{.font_dir = "/usr/share/fonts/truetype/liberation", .tessdata_dirs = {}, .languages = {}};
  if (!extract::warm_up(fonts)) return 1;  // JPEG 2000 is decoded by PDFium
  return decode_all(argv[1], in_colour, limits);
}
