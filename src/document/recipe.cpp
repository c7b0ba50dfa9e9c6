#include "document/recipe.h"

namespace docmill {

std::string_view name_of(OcrMode mode) {
  switch (mode) {
    case OcrMode::automatic:
      return "auto";
    case OcrMode::pictures:
      return "pictures";
    case OcrMode::always:
      return "always";
    case OcrMode::never:
      return "never";
  }
  return "";
}

std::optional<OcrMode> ocr_mode_from(std::string_view name) {
  for (const OcrMode mode : {OcrMode::automatic, OcrMode::pictures, OcrMode::always, OcrMode::never})
    if (name_of(mode) == name) return mode;
  return std::nullopt;
}

std::string_view name_of(TrustMode mode) {
  switch (mode) {
    case TrustMode::signals:
      return "signals";
    case TrustMode::check:
      return "check";
  }
  return "";
}

std::optional<TrustMode> trust_mode_from(std::string_view name) {
  for (const TrustMode mode : {TrustMode::signals, TrustMode::check})
    if (name_of(mode) == name) return mode;
  return std::nullopt;
}

std::string_view name_of(CropUnit unit) {
  switch (unit) {
    case CropUnit::points:
      return "points";
    case CropUnit::pixels:
      return "pixels";
    case CropUnit::fractions:
      return "fractions";
  }
  return "";
}

std::optional<CropUnit> crop_unit_from(std::string_view name) {
  for (const CropUnit unit : {CropUnit::points, CropUnit::pixels, CropUnit::fractions})
    if (name_of(unit) == name) return unit;
  return std::nullopt;
}

}  // namespace docmill
