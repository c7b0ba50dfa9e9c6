// Why a page is recognised, or why it is not although something is drawn on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace docmill {

/// Part of the wire; a page with enough text and no pictures has none.
enum class OcrReason : std::uint8_t {
  // recognised
  always = 1,        // --ocr always
  image = 2,         // the document is an image, with ink that stands in rows
  ink = 3,           // little text of its own, and ink that stands in rows
  image_text = 4,    // beside its own text, an image with ink that stands in rows
  missed_text = 10,  // beside its own text, three lines' worth of text-like ink or a fifth of the page's
  untrusted = 12,    // its own text is not what is drawn, or too little of it is known to be
  // not recognised
  nothing_drawn = 5,     // little text, and nothing else
  no_text_like_ink = 6,  // little text, and what is drawn is no text: a rule, a logo, a photo
  no_image_text = 7,     // images without text
  text_layer = 8,        // an earlier OCR left its text
  blank_image = 9,       // the document is an image, and what is on it is no text
  nothing_missed = 11,   // beside its own text, what could have been more of it is none, or too little
};

std::string_view name_of(OcrReason reason);
std::optional<OcrReason> ocr_reason_from(std::uint8_t value);
bool means_ocr(OcrReason reason);
/// Whether only the process with a recogniser, which decodes images, can tell. All other reasons are found without one.
bool needs_decoded_image(OcrReason reason);

}  // namespace docmill
