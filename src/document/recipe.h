// What to produce from a document, and with which settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "document/limits.h"

namespace docmill {

enum class OcrMode : std::uint8_t { automatic, pictures, always, never };  // on the outside `auto`, else the same

std::string_view name_of(OcrMode mode);
std::optional<OcrMode> ocr_mode_from(std::string_view name);

struct Recipe {
  OcrMode ocr = OcrMode::automatic;
  std::string ocr_languages = "eng";  // see ocr_languages.h; `auto` is settled before work begins
  std::uint32_t ocr_dpi = 200;        // [50, 600]
  std::uint32_t text_length_min =
      20;                         // native characters, white space not counted; fewer make a page a candidate for OCR
  std::uint32_t batch_size = 50;  // pages per Parquet row group
  std::string font_dir;           // where the caller names one; empty for what comes with docmill
  std::string tessdata_dir;       // likewise
  Limits limits;
};

/// 16 hex digits over every setting that can change output bytes, limits included; workers, timeouts, memory and
/// passwords not. Equal recipes have equal hashes on every machine and in every version with the same format number.
std::string hash_of(const Recipe& recipe);

}  // namespace docmill
