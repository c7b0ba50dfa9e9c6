#include "cli/options/crops.h"

#include "cli/bindings.h"
#include "cli/crop_regions.h"

namespace docmill {

std::vector<Option> CropOptions::options() {
  return {
      {.flag = "crops-regions",
       .value_name = "REGIONS",
       .alias = "crop",
       .object = "crops",
       .heading = Heading::result,
       .help = "Regions of pages for the output crops: NAME:PAGE:X0,Y0,X1,Y1 each, from the page's top left corner, in "
               "points, or with :pixels (at IMAGE_DPI) or :fractions (of the page) behind. PAGE counts from 1, or from "
               "the end: -1 is the last. In JSON a list of objects.",
       .repeatable = true,
       .in_message = true,
       .binding = bound::with_schema(
           bound::to<CropOptions>(
               "such as head:1:0,0,1,0.25:fractions", [](auto& options) -> auto& { return options.crops.regions; },
               parse_crop_regions, crop_regions_text),
           crop_regions_schema())},
      {.flag = "crops-dpi",
       .value_name = "DPI",
       .environment = "IMAGE_DPI",
       .alias = "image-dpi",
       .object = "crops",
       .heading = Heading::result,
       .help = "Resolution of crops; lower where an image document has less.",
       .in_message = true,
       .binding = bound::integer<CropOptions>({18, 600}, [](auto& options) -> auto& { return options.crops.dpi; })},
      {.flag = "crops-quality",
       .value_name = "QUALITY",
       .environment = "IMAGE_QUALITY",
       .alias = "image-quality",
       .object = "crops",
       .heading = Heading::result,
       .help = "Quality of crops, which are JPEG.",
       .in_message = true,
       .binding = bound::integer<CropOptions>({0, 100}, [](auto& options) -> auto& { return options.crops.quality; })},
  };
}

}  // namespace docmill
