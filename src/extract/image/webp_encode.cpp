#include <fmt/format.h>
#include <webp/encode.h>

#include <span>
#include <utility>

#include "extract/image/encode.h"

namespace docmill::image {
namespace {

// The encoder's effort, 0 to 6. Of pages of text and pictures at 150 dpi and quality 80, methods 0, 1, 2 and 3 take 27,
// 36, 48 and 106 % of the time of method 4, which is libwebp's default, and 122, 120, 102 and 100 % of its bytes.
constexpr int effort = 2;

/// libwebp's WebPWriterFunction.
int write(const std::uint8_t* data, std::size_t size, const WebPPicture* picture) {
  return static_cast<EncodedBytes*>(picture->custom_ptr)->append(std::as_bytes(std::span(data, size))) ? 1 : 0;
}

class Picture {
 public:
  Picture() : valid_(WebPPictureInit(&picture_) != 0) {}
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture() {
    if (valid_) WebPPictureFree(&picture_);
  }

  bool is_valid() const { return valid_; }
  WebPPicture* operator->() { return &picture_; }
  WebPPicture* get() { return &picture_; }

 private:
  WebPPicture picture_{};
  bool valid_;
};

std::unexpected<Error> error_of(WebPEncodingError code, const EncodedBytes& output) {
  if (code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY)
    return fail(ErrorKind::out_of_memory, "", "no memory for encoding an image");
  return output.error(fmt::format("libwebp cannot encode it, error {}", static_cast<int>(code)));
}

}  // namespace

Result<std::vector<std::byte>> encode_webp(ColourImage image, const EncodeSettings& settings) {
  if (image.width_px == 0 || image.height_px == 0 || image.width_px > encoded_side_px_max ||
      image.height_px > encoded_side_px_max)
    return fail(
        ErrorKind::limit_pixels, "",
        fmt::format("{} x {} pixels, WebP holds {} a side", image.width_px, image.height_px, encoded_side_px_max));
  EncodedBytes output(settings.size_bytes_max);
  WebPConfig config{};
  Picture picture;
  if (!picture.is_valid() || WebPConfigInit(&config) == 0) return error_of(VP8_ENC_ERROR_INVALID_CONFIGURATION, output);
  config.quality = static_cast<float>(settings.quality);
  config.method = effort;
  picture->width = static_cast<int>(image.width_px);
  picture->height = static_cast<int>(image.height_px);
  picture->writer = write;
  picture->custom_ptr = &output;
  const int row_bytes = static_cast<int>(image.width_px * ColourImage::samples);
  if (WebPPictureImportBGR(picture.get(), image.pixels.data(), row_bytes) == 0)
    return error_of(picture->error_code, output);
  image.pixels = {};  // the encoder has its own planes now
  if (WebPEncode(&config, picture.get()) == 0) return error_of(picture->error_code, output);
  return std::move(output).take();
}

}  // namespace docmill::image
