// Which text of a page counts, and how it is recognised.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "document/recipe.h"

namespace docmill {

struct TextOptions {
  OcrMode ocr = Recipe{}.ocr;
  std::uint32_t ocr_dpi = Recipe{}.ocr_dpi;
  std::vector<std::int32_t> text_pages;
  std::uint32_t text_length_min = Recipe{}.text_length_min;
  TrustMode trust = Recipe{}.trust;
  double trust_min = Recipe{}.trust_min;

  static std::vector<Option> options();
};

}  // namespace docmill
