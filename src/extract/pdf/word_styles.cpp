#include "extract/pdf/word_styles.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>

#include "extract/pdf/font_style.h"

namespace docmill::pdf {
namespace {

auto fields_of(const WordStyle& style) {
  return std::tie(style.font_size_pt, style.colour, style.rotation_deg, style.is_bold, style.is_italic,
                  style.is_invisible, style.font_name);
}

using ColourReader = FPDF_BOOL (*)(FPDF_PAGEOBJECT, unsigned int*, unsigned int*, unsigned int*, unsigned int*);

std::uint32_t colour_of(FPDF_PAGEOBJECT object, ColourReader read) {
  unsigned int red = 0;
  unsigned int green = 0;
  unsigned int blue = 0;
  unsigned int alpha = 0;
  if (read(object, &red, &green, &blue, &alpha) == 0) return 0;
  return ((red & 0xFFU) << 16U) | ((green & 0xFFU) << 8U) | (blue & 0xFFU);
}

/// How a matrix sets type.
struct Setting {
  double size_pt = 0;
  double angle_deg = 0;  // counterclockwise, of its line
  bool leans = false;    // to the right, as an italic that is made of an upright font does
};

Setting setting_of(FPDF_TEXTPAGE text_page, int index) {
  double size = FPDFText_GetFontSize(text_page, index);
  FS_MATRIX matrix{.a = 1, .b = 0, .c = 0, .d = 1, .e = 0, .f = 0};
  FPDFText_GetMatrix(text_page, index, &matrix);
  const double sign = size < 0 ? -1 : 1;  // type of a negative size stands on its head
  const double a = sign * matrix.a, b = sign * matrix.b, c = sign * matrix.c, d = sign * matrix.d;
  const double width = std::hypot(a, b), height = std::hypot(c, d);
  Setting setting{.size_pt = std::abs(size) * height};
  if (!std::isfinite(setting.size_pt)) setting.size_pt = 0;
  if (!(width > 0) || !(height > 0) || !std::isfinite(width) || !std::isfinite(height)) return setting;
  setting.angle_deg = std::atan2(b, a) * 180 / std::numbers::pi;
  constexpr double lean_min = 0.12;  // a sine; slanted type has 0.2 and more
  setting.leans = ((a * c) + (b * d)) / (width * height) > lean_min;
  return setting;
}

/// To (-180, 180].
std::int32_t turn_of(double clockwise_deg) {
  std::int32_t turn = static_cast<std::int32_t>(std::lround(clockwise_deg)) % 360;
  if (turn <= -180) turn += 360;
  return turn > 180 ? turn - 360 : turn;
}

class StyleReader {
 public:
  StyleReader(FPDF_PAGE page, FPDF_TEXTPAGE text_page)
      : text_page_(text_page), page_turn_deg_(90 * std::max(FPDFPage_GetRotation(page), 0)) {}

  WordStyle of(const Glyph& glyph) {
    const FontStyle& font = font_of(glyph.object);
    const Setting setting = setting_of(text_page_, glyph.index);
    WordStyle style{.font_name = font.name,
                    .font_size_pt = std::round(setting.size_pt * 100) / 100,
                    .is_bold = font.is_bold,
                    .is_italic = font.is_italic || setting.leans,
                    .colour = colour_of(glyph.object, FPDFPageObj_GetFillColor),
                    .rotation_deg = turn_of(page_turn_deg_ - setting.angle_deg)};
    switch (FPDFTextObj_GetTextRenderMode(glyph.object)) {
      case FPDF_TEXTRENDERMODE_STROKE:
      case FPDF_TEXTRENDERMODE_STROKE_CLIP:
        style.colour = colour_of(glyph.object, FPDFPageObj_GetStrokeColor);
        break;
      case FPDF_TEXTRENDERMODE_FILL_STROKE:
      case FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP:
        // Outlined in the colour of its fill it looks bold.
        style.is_bold = style.is_bold || style.colour == colour_of(glyph.object, FPDFPageObj_GetStrokeColor);
        break;
      case FPDF_TEXTRENDERMODE_INVISIBLE:
        style.is_invisible = true;
        break;
      default:
        break;
    }
    return style;
  }

 private:
  const FontStyle& font_of(FPDF_PAGEOBJECT object) {
    const FPDF_FONT font = FPDFTextObj_GetFont(object);
    if (last_ == nullptr || font != last_font_) {
      const auto [known, is_new] = fonts_.try_emplace(font);
      if (is_new) known->second = style_of(font);
      last_ = &known->second;
      last_font_ = font;
    }
    return *last_;
  }

  FPDF_TEXTPAGE text_page_;
  int page_turn_deg_;
  std::map<FPDF_FONT, FontStyle> fonts_;
  FPDF_FONT last_font_ = nullptr;
  const FontStyle* last_ = nullptr;
};

}  // namespace

bool WordStyles::Before::operator()(const WordStyle& a, const WordStyle& b) const {
  return fields_of(a) < fields_of(b);
}

std::uint32_t WordStyles::index_of(const WordStyle& style) {
  const auto [known, is_new] = indices_.try_emplace(style, static_cast<std::uint32_t>(all_.size()));
  if (is_new) all_.push_back(style);
  return known->second;
}

std::vector<std::uint32_t> read_styles(FPDF_PAGE page, FPDF_TEXTPAGE text_page, std::span<const Glyph> glyphs,
                                       WordStyles& styles) {
  std::vector<std::uint32_t> result(static_cast<std::size_t>(std::max(FPDFText_CountChars(text_page), 0)), no_style);
  StyleReader reader(page, text_page);
  FPDF_PAGEOBJECT last_object = nullptr;
  std::uint16_t last_font = Glyph::no_font;
  std::uint32_t style = no_style;
  bool begins_word = true;
  for (const Glyph& glyph : glyphs) {
    if (glyph.legibility == Legibility::white) {
      begins_word = true;
      continue;
    }
    if (glyph.object == nullptr || glyph.index < 0) continue;
    if (glyph.object != last_object && (begins_word || style == no_style || glyph.font != last_font)) {
      style = styles.index_of(reader.of(glyph));
      last_object = glyph.object;
      last_font = glyph.font;
    }
    result[static_cast<std::size_t>(glyph.index)] = style;
    begins_word = false;
  }
  return result;
}

}  // namespace docmill::pdf
