// The room's libraries, initialised once for all tests of this program.
#pragma once

#include "extract/extract.h"

namespace docmill {

inline const extract::WarmUp& test_warm_up() {
  static const extract::WarmUp settings{.font_dir = "/usr/share/fonts/truetype/liberation",
                                        .tessdata_dirs = {"/usr/share/tesseract-ocr/5/tessdata"},
                                        .languages = "eng"};
  return settings;
}

inline const Result<void>& warm() {
  static const Result<void> result = extract::warm_up(test_warm_up());
  return result;
}

inline const Result<void>& warm_ocr() {
  static const Result<void> result = warm() ? extract::warm_up_ocr(test_warm_up()) : warm();
  return result;
}

}  // namespace docmill
