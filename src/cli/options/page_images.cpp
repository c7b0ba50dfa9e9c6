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
      {.flag = "page-images-format",
       .value_name = "FORMAT",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Format of page images.",
       .in_message = true,
       .binding = bound::choice<PageImageOptions, FileKind>(
           {{"webp", FileKind::webp}, {"png", FileKind::png}, {"jpeg", FileKind::jpeg}},
           [](auto& options) -> auto& { return options.images.format; })},
      {.flag = "page-images-longest-edge",
       .value_name = "PIXELS",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Longest side of page images: larger ones are made smaller. 0: any.",
       .in_message = true,
       .binding = bound::integer<PageImageOptions>(
           {0, 16'383}, [](auto& options) -> auto& { return options.images.longest_edge_px; })},
      {.flag = "page-images-thumbnail-edge",
       .value_name = "PIXELS",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Also a small image of each page, page_0001_thumb, with this longest side. 0: none.",
       .in_message = true,
       .binding = bound::integer<PageImageOptions>(
           {0, 2'048}, [](auto& options) -> auto& { return options.images.thumbnail_edge_px; })},
      {.flag = "page-images-quality",
       .value_name = "QUALITY",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Quality of page images as WebP or JPEG.",
       .in_message = true,
       .binding =
           bound::integer<PageImageOptions>({0, 100}, [](auto& options) -> auto& { return options.images.quality; })},
  };
}

}  // namespace docmill
