// What a font says of its own look.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

/// Names of fonts are cut there: ISO 32000-1 allows no longer ones (annex C).
inline constexpr std::size_t font_name_size_bytes_max = 127;

struct FontStyle {
  std::string name;  // valid UTF-8; empty where the font has none, as those of Type 3
  bool is_bold = false, is_italic = false;
};

FontStyle style_of(FPDF_FONT font);

/// "ABCDEF+Arial" is a subset of Arial. Bytes that are no UTF-8 are taken for Latin-1.
std::string font_name_of(std::string_view base_font_name);

/// Whether a name says so: "Arial-BoldMT", "MyriadPro-SemiboldIt", "NimbusRomNo9L-Medi", "CMBX10".
bool names_bold(std::string_view font_name);
bool names_italic(std::string_view font_name);

}  // namespace docmill::pdf
