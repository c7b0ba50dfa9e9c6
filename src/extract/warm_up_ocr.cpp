// The only file of the composition that needs Tesseract and Leptonica.
#include <leptonica/allheaders.h>

#include <utility>

#include "extract/extract.h"
#include "extract/recogniser.h"

namespace docmill::extract {
namespace {

class TesseractRecogniser final : public Recogniser {
 public:
  explicit TesseractRecogniser(ocr::Recogniser tesseract) : tesseract_(std::move(tesseract)) {}

  Result<image::Decoded> decode(std::span<const std::byte> bytes, Format format, const image::Header& header,
                                const Limits& limits) override {
    return image::decode(bytes, format, header, limits);
  }
  Result<image::DecodedColour> decode_colour(std::span<const std::byte> bytes, Format format,
                                             const image::Header& header, const Limits& limits,
                                             std::uint32_t side_px_max) override {
    return image::decode_colour(bytes, format, header, limits, side_px_max);
  }
  Result<ocr::Recognition> recognise(const GrayImage& image) override { return tesseract_.recognise(image); }

 private:
  ocr::Recogniser tesseract_;
};

}  // namespace

Result<void> warm_up_ocr(const WarmUp& settings) {
  setMsgSeverity(L_SEVERITY_NONE);  // Leptonica writes no messages to stderr
  Result<ocr::Recogniser> tesseract = ocr::Recogniser::create(settings.tessdata_dirs, settings.languages);
  if (!tesseract) return std::unexpected(std::move(tesseract).error());
  const Result<GrayImage> page = draw_warm_up_page();
  if (!page) return std::unexpected(Error(page.error()).within("warm-up"));
  if (auto recognition = tesseract->recognise(*page); !recognition)
    return std::unexpected(std::move(recognition).error().within("warm-up"));
  warm_recogniser() = std::make_unique<TesseractRecogniser>(*std::move(tesseract));
  return {};
}

}  // namespace docmill::extract
