#include "extract/image/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <utility>

namespace docmill::image {

Result<std::vector<std::byte>> encode(ColourImage image, const EncodeSettings& settings) {
  switch (settings.kind) {
    case FileKind::webp:
      return encode_webp(std::move(image), settings);
    case FileKind::png:
      return encode_png(ColourView(image), settings);
    case FileKind::jpeg:
      return encode_jpeg(ColourView(image), settings);
    case FileKind::json:
      break;
  }
  return fail(ErrorKind::invalid_input, "", "no format of images");
}

ColourImage reduced(const ColourView& view, PixelSize to) {
  RowReducer reducer(to, ColourImage::samples);
  reducer.begin(view.size());
  for (std::uint32_t y = 0; y < view.size().height; ++y) reducer.add(view.row(y));
  auto image = std::move(reducer).finish<ColourImage>();
  image.dpi = view.dpi() * to.width / view.size().width;
  return image;
}

PixelSize fitted(PixelSize size, std::uint32_t edge_px) {
  const std::uint32_t longest = std::max(size.width, size.height);
  if (longest <= edge_px) return size;
  const auto side = [&](std::uint32_t of) {
    return std::max(1U, static_cast<std::uint32_t>(std::llround(static_cast<double>(of) * edge_px / longest)));
  };
  return {.width = side(size.width), .height = side(size.height)};
}

bool EncodedBytes::append(std::span<const std::byte> bytes) noexcept {
  is_full_ = is_full_ || bytes_.size() + bytes.size() > size_bytes_max_;
  if (is_full_) return false;
  try {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  } catch (const std::bad_alloc&) {
    lacks_memory_ = true;
    return false;
  }
  return true;
}

std::unexpected<Error> EncodedBytes::error(std::string_view otherwise) const {
  if (is_full_)
    return fail(ErrorKind::limit_output, "", fmt::format("more than the {} bytes that are allowed", size_bytes_max_));
  if (lacks_memory_) return fail(ErrorKind::out_of_memory, "", "no memory for encoding an image");
  return fail(ErrorKind::limit_output, "", std::string(otherwise));
}

}  // namespace docmill::image
