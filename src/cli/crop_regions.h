// Regions of pages as they are written in recipes and behind flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/values.h"
#include "document/recipe.h"

namespace docmill {

/// A JSON array of objects, as a recipe has it, or NAME:PAGE:X0,Y0,X1,Y1 with :UNIT behind where that is not points;
/// several joined by commas. Empty for none.
///
///   [{"name": "head", "page": 1, "x0": 0, "y0": 0, "x1": 1, "y1": 0.25, "unit": "fractions"}]
///   head:1:0,0,1,0.25:fractions
///
/// What is wrong is told with its place: `[0].x1: expected ...` (see Binding::assign).
Parsed<std::vector<CropRegion>> parse_crop_regions(std::string_view text);

/// As JSON; "" where there are none.
std::string crop_regions_text(const std::vector<CropRegion>& regions);

/// What the JSON is, as JSON Schema says it.
std::string crop_regions_schema();

/// "1,-1": pages as CropRegion::page names them, at most text_pages_max; ascending, each once. Empty for none.
Parsed<std::vector<std::int32_t>> parse_text_pages(std::string_view text);
std::string text_pages_text(const std::vector<std::int32_t>& pages);
std::string text_pages_schema();

inline constexpr std::size_t text_pages_max = 1000;
/// No document has more pages.
inline constexpr std::int32_t page_named_max = 16'777'215;

}  // namespace docmill
