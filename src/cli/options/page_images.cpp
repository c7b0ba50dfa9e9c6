#include "cli/options/page_images.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> PageImageOptions::options() {
  return {
      {.flag = "page-images-dpi",
       .value_name = "DPI",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Resolution of page images; lower where an image would have more than --page-pixels-max.",
       .in_message = true,
       .binding =
           bound::integer<PageImageOptions>({18, 600}, [](auto& options) -> auto& { return options.images.dpi; })},
      {.flag = "page-images-quality",
       .value_name = "QUALITY",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Quality of page images.",
       .in_message = true,
       .binding =
           bound::integer<PageImageOptions>({0, 100}, [](auto& options) -> auto& { return options.images.quality; })},
  };
}

}  // namespace docmill
