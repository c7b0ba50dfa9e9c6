// The only file of the composition that needs Tesseract, Leptonica and zxing-cpp.
#include <leptonica/allheaders.h>

#include <optional>
#include <utility>

#include "extract/extract.h"
#include "extract/recogniser.h"

namespace docmill::extract {
namespace {

/// Without languages it decodes images, and recognises nothing: a run with `--ocr never` asks for no more.
class TesseractRecogniser final : public Recogniser {
 public:
  explicit TesseractRecogniser(std::optional<ocr::Recogniser> tesseract) : tesseract_(std::move(tesseract)) {}

  Result<image::Decoded> decode(std::span<const std::byte> bytes, Format format, const image::Header& header,
                                const Limits& limits) override {
    return image::decode(bytes, format, header, limits);
  }
  Result<image::DecodedColour> decode_colour(std::span<const std::byte> bytes, Format format,
                                             const image::Header& header, const Limits& limits,
                                             std::uint32_t side_px_max) override {
    return image::decode_colour(bytes, format, header, limits, side_px_max);
  }
  codes::Found find_codes(const GrayImage& image, codes::Kinds kinds, std::span<const std::string> formats) override {
    return codes::find_codes(image, kinds, formats);
  }
  Result<ocr::Recognition> recognise(const GrayImage& image) override {
    return tesseract_ ? tesseract_->recognise(image) : ocr::Recognition{};
  }

 private:
  std::optional<ocr::Recogniser> tesseract_;
};

Result<ocr::Recogniser> make_tesseract(const WarmUp& settings) {
  Result<ocr::Recogniser> tesseract = ocr::Recogniser::create(settings.tessdata_dirs, settings.languages);
  if (!tesseract) return std::unexpected(std::move(tesseract).error());
  const Result<GrayImage> page = draw_warm_up_page();
  if (!page) return std::unexpected(Error(page.error()).within("warm-up"));
  if (auto recognition = tesseract->recognise(*page); !recognition)
    return std::unexpected(std::move(recognition).error().within("warm-up"));
  return tesseract;
}

}  // namespace

Result<void> warm_up_ocr(const WarmUp& settings) {
  setMsgSeverity(L_SEVERITY_NONE);  // Leptonica writes no messages to stderr
  std::optional<ocr::Recogniser> tesseract;
  if (!settings.languages.empty()) {
    auto made = make_tesseract(settings);
    if (!made) return std::unexpected(std::move(made).error());
    tesseract = *std::move(made);
  }
  warm_recogniser() = std::make_unique<TesseractRecogniser>(std::move(tesseract));
  return {};
}

}  // namespace docmill::extract
