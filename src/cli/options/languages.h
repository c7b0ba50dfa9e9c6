// In which languages text is recognised. Children load them when they start, so that no message can ask for others.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"
#include "document/recipe.h"

namespace docmill {

struct LanguageOptions {
  std::string ocr_languages = Recipe{}.ocr_languages;  // `auto` is settled before work begins
  bool script_model_missing = false;  // `auto` was asked for, and settle_languages() found no model that tells scripts

  static std::vector<Option> options();
};

}  // namespace docmill
