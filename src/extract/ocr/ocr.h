// Reads the text of a scanned or drawn page, whichever way up it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document/error.h"
#include "extract/image/gray_image.h"
#include "extract/ocr/engine.h"

namespace docmill::ocr {

struct Recognition {
  std::vector<Word> words;           // boxes in the image as it was given
  std::string text;                  // words of a line joined by spaces, lines by '\n', blocks by an empty line
  std::optional<double> confidence;  // mean over words; nothing where there is no word
  std::int32_t rotation_deg = 0;     // clockwise turn with which the text was read: 0, 90, 180 or 270
};

/// Holds loaded models. One thread at a time. Every call of recognise() starts from the same state (Tesseract adapts
/// to what it has read; that is switched off and cleared), so a page's text does not depend on pages before it.
class Recogniser {
 public:
  /// `languages` as Tesseract has them: "eng+deu".
  ///
  /// Errors: not_found (a language has no .traineddata in `tessdata_dir`; says which Debian package has it).
  static Result<Recogniser> create(const std::string& tessdata_dir, const std::string& languages);

  /// Opens no file. An image of a few pixels or without text is a Recognition without words.
  ///
  /// Errors: limit_pixels (a side is longer than Tesseract's 32,767 pixels), corrupt (Tesseract refuses the image).
  Result<Recognition> recognise(const GrayImage& image);

 private:
  explicit Recogniser(Engine engine) : engine_(std::move(engine)) {}
  Engine engine_;
};

}  // namespace docmill::ocr
