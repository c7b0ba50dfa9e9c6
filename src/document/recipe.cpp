#include "document/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

std::optional<std::string_view> fault_of_crop_name(std::string_view name) {
  constexpr std::size_t size_bytes_max = 100;
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  if (name.empty()) return "it is empty";
  if (name.size() > size_bytes_max) return "it has more than 100 characters";
  if (name.front() == '.') return "it begins with a dot";
  if (name.find_first_not_of(allowed) != std::string_view::npos)
    return "it has other characters than letters, digits, _, - and . of ASCII";
  return std::nullopt;
}

std::optional<std::string> Crops::fault() const {
  constexpr double points_per_inch = 72;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const CropRegion& region = regions[i];
    if (!names.insert(region.name).second)
      return fmt::format("crops.regions[{}].name: another region is \"{}\"", i, region.name);
    const double scale = region.unit == CropUnit::points ? dpi / points_per_inch : 1;
    const double side_px = std::max(region.x1 - region.x0, region.y1 - region.y0) * scale;
    if (region.unit != CropUnit::fractions && side_px > crop_side_px_max)
      return fmt::format("crops.regions[{}]: {:.0f} pixels on a side at {} dpi, a JPEG has at most {}", i, side_px, dpi,
                         crop_side_px_max);
  }
  return std::nullopt;
}

std::optional<std::string> Recipe::fault() const {
  if (auto wrong = layout.fault()) return wrong;
  if (outputs.has(OutputId::crops) && crops.regions.empty())
    return "the output crops needs regions: crops.regions of a recipe, or --crop NAME:PAGE:X0,Y0,X1,Y1";
  return crops.fault();
}

}  // namespace docmill
