#include "extract/pdf/font_style.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/utf8.h"

namespace docmill::pdf {
namespace {

constexpr int flag_italic = 1 << 6, flag_force_bold = 1 << 18;  // ISO 32000-2, table 121
// PDFium makes a weight of /StemV, which writers often invent: only that of broad stems means something.
constexpr int weight_of_broad_stems = 700;

std::string raw_name_of(FPDF_FONT font) {
  std::string name(FPDFFont_GetBaseFontName(font, nullptr, 0), '\0');
  FPDFFont_GetBaseFontName(font, name.data(), name.size());
  name.resize(std::min(name.find('\0'), name.size()));
  return name;
}

bool has_subset_tag(std::string_view name) {
  constexpr std::size_t tag_size = 6;
  return name.size() > tag_size + 1 && name[tag_size] == '+' &&
         std::ranges::all_of(name.substr(0, tag_size), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text.push_back(c);
    } else {
      text.push_back(static_cast<char>(0xC0U | (byte >> 6U)));
      text.push_back(static_cast<char>(0x80U | (byte & 0x3FU)));
    }
  }
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
  return lower;
}

/// What stands behind the family: "BoldIt" of "MyriadPro-BoldIt", "Bold" of "Arial,Bold".
std::string_view style_part(std::string_view name) {
  const std::size_t at = name.find_last_of("-,");
  return at == std::string_view::npos ? std::string_view() : name.substr(at + 1);
}

template <std::size_t size>
bool begins_with_any(std::string_view text, const std::array<std::string_view, size>& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

std::string font_name_of(std::string_view base_font_name) {
  constexpr std::size_t tag_size = 7;
  std::string name(has_subset_tag(base_font_name) ? base_font_name.substr(tag_size) : base_font_name);
  if (!is_utf8(name)) name = utf8_of_latin1(name);
  if (name.size() <= font_name_size_bytes_max) return name;
  std::size_t size = font_name_size_bytes_max;
  while ((static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) --size;  // no half of a character
  return name.substr(0, size);
}

bool names_bold(std::string_view font_name) {
  // Computer Modern in its three encodings.
  constexpr std::array<std::string_view, 7> tex{"cmbx", "cmb1", "cmssbx", "cmmib", "cmbsy", "sfbx", "ecbx"};
  constexpr std::array<std::string_view, 5> styles{"bd", "black", "heavy", "demi", "medi"};
  const std::string name = lower_case(font_name);
  const std::string_view style = style_part(name);
  // "Medium" is less than bold; "Medi" of URW's fonts is the bold of the families that they stand for.
  return name.find("bold") != std::string::npos || begins_with_any(name, tex) ||
         (begins_with_any(style, styles) && !style.starts_with("medium"));
}

bool names_italic(std::string_view font_name) {
  const std::string name = lower_case(font_name);
  const std::string_view style = style_part(name);
  return name.find("italic") != std::string::npos || name.find("oblique") != std::string::npos ||
         name.find("slanted") != std::string::npos || style.ends_with("it") || style.ends_with("ital") ||
         style.ends_with("obl");
}

FontStyle style_of(FPDF_FONT font) {
  if (font == nullptr) return {};
  FontStyle style{.name = font_name_of(raw_name_of(font))};
  const int flags = std::max(FPDFFont_GetFlags(font), 0);
  int angle = 0;
  const bool leans = FPDFFont_GetItalicAngle(font, &angle) != 0 && angle != 0;
  style.is_bold =
      (flags & flag_force_bold) != 0 || FPDFFont_GetWeight(font) >= weight_of_broad_stems || names_bold(style.name);
  style.is_italic = (flags & flag_italic) != 0 || leans || names_italic(style.name);
  return style;
}

}  // namespace docmill::pdf
