// Tesseract behind value types.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "document/error.h"
#include "document/page.h"
#include "extract/image/gray_image.h"

namespace docmill::ocr {

/// A recognised word. The box is in pixels of the recognised image, top left origin.
struct Word {
  std::string text;
  std::int32_t left_px = 0, top_px = 0, right_px = 0, bottom_px = 0;
  double confidence = 0;                          // 0 to 100
  std::uint32_t line_index = 0, block_index = 0;  // counted from 0 over the page, in reading order
};

struct Recognition {
  std::vector<Word> words;
  std::string text;                  // words of a line joined by spaces, lines by '\n', blocks by an empty line
  std::optional<double> confidence;  // mean over words; nothing where there is no word
  std::int32_t rotation_deg = 0;     // clockwise turn with which the page was read: 0, 90, 180 or 270
};

/// Holds a loaded model. One thread at a time. Every call of recognise() starts from the same state (Tesseract adapts
/// to what it has read; that is switched off and cleared), so a page's text does not depend on pages before it.
class Recogniser {
 public:
  /// `languages` as Tesseract has them: "eng+deu".
  ///
  /// Errors: not_found (a language has no .traineddata in `tessdata_dir`; says which Debian package has it).
  static Result<Recogniser> create(const std::string& tessdata_dir, const std::string& languages);

  Recogniser(Recogniser&&) noexcept;
  Recogniser& operator=(Recogniser&&) noexcept;
  ~Recogniser();

  /// Opens no file. An image of a few pixels or without text is a Recognition without words.
  ///
  /// Errors: limit_pixels (a side is longer than Tesseract's 32,767 pixels), corrupt (Tesseract refuses the image).
  Result<Recognition> recognise(const GrayImage& image);

 private:
  struct State;
  explicit Recogniser(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace docmill::ocr
