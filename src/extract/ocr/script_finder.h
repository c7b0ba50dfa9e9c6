// Which script a page is written in that no loaded model can read.
#pragma once

#include <memory>

#include "base/error.h"
#include "document/ocr_languages.h"
#include "document/scripts.h"
#include "extract/image/pixel_image.h"

namespace docmill::ocr {

/// Tesseract's detection of scripts, which tells fifteen of them by the shapes of single letters and knows no language.
/// One thread at a time; every call starts from the same state.
class ScriptFinder {
 public:
  /// Of letters this high (between x and X, in pixels) shapes are told best.
  static constexpr double letter_px = 34;

  /// Errors: not_found (the folders have no script_model, or Tesseract cannot load it).
  static Result<ScriptFinder> load(const TessdataDirs& tessdata_dirs);

  ScriptFinder(ScriptFinder&&) noexcept;
  ScriptFinder& operator=(ScriptFinder&&) noexcept;
  ~ScriptFinder();

  /// The script of lines dark on light, whichever quarter turn they stand in. Null where there are too few letters, the
  /// script is none of `scripts`, or it is not sure. Opens no file.
  const Script* script_of(const GrayImage& image);

 private:
  struct State;
  explicit ScriptFinder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace docmill::ocr
