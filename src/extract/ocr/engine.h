// Tesseract behind value types: pixels in, words out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "document/ocr_languages.h"
#include "extract/image/pixel_image.h"

namespace docmill::ocr {

/// A recognised word. The box is in pixels, top left origin; right and bottom lie outside.
struct Word {
  std::string text;
  std::int32_t left_px = 0, top_px = 0, right_px = 0, bottom_px = 0;
  double confidence = 0;                          // 0 to 100
  std::uint32_t line_index = 0, block_index = 0;  // counted from 0 over the page, in reading order
};

/// What Tesseract is told of an image: look for columns and pictures, or take all of it as lines one below the other.
enum class Layout : std::uint8_t { page, lines };

/// Holds loaded models. One thread at a time. Every call of read() starts from the same state.
class Engine {
 public:
  /// Text this high is what the models read best and fastest: of a letter between x and X, in pixels.
  static constexpr double letter_px = 17;

  /// `languages` as Tesseract has them: "eng+deu". Errors: not_found (the models cannot be loaded).
  static Result<Engine> load(const TessdataDirs& tessdata_dirs, const std::string& languages);

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  /// Words of upright text, dark on light, in Tesseract's reading order. Opens no file and starts no thread.
  ///
  /// No side is longer than 32,767 pixels. Errors: corrupt (Tesseract refuses the image).
  Result<std::vector<Word>> read(const GrayImage& image, Layout layout);

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace docmill::ocr
