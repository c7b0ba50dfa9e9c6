#include "document/ocr_reason.h"

namespace docmill {

std::string_view name_of(OcrReason reason) {
  switch (reason) {
    case OcrReason::always:
      return "always";
    case OcrReason::image:
      return "image";
    case OcrReason::ink:
      return "ink";
    case OcrReason::image_text:
      return "image_text";
    case OcrReason::nothing_drawn:
      return "nothing_drawn";
    case OcrReason::no_text_like_ink:
      return "no_text_like_ink";
    case OcrReason::no_image_text:
      return "no_image_text";
    case OcrReason::text_layer:
      return "text_layer";
    case OcrReason::blank_image:
      return "blank_image";
    case OcrReason::missed_text:
      return "missed_text";
    case OcrReason::nothing_missed:
      return "nothing_missed";
    case OcrReason::untrusted:
      return "untrusted";
  }
  return "";
}

std::optional<OcrReason> ocr_reason_from(std::uint8_t value) {
  const auto reason = static_cast<OcrReason>(value);
  if (name_of(reason).empty()) return std::nullopt;
  return reason;
}

bool means_ocr(OcrReason reason) {
  return reason <= OcrReason::image_text || reason == OcrReason::missed_text || reason == OcrReason::untrusted;
}

bool needs_decoded_image(OcrReason reason) { return reason == OcrReason::image || reason == OcrReason::blank_image; }

}  // namespace docmill
