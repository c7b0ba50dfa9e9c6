#include "cli/options/extract.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Binding page_list() {
  return bound::to<ExtractOptions>(
      "page numbers and ranges, such as 1-3,7", [](auto& extract) -> auto& { return extract.pages; }, parse_pages,
      [](const std::vector<std::uint32_t>&) { return std::string(); });
}

}  // namespace

std::vector<Option> ExtractOptions::options() {
  return {
      {.flag = "format",
       .value_name = "FORMAT",
       .heading = Heading::result,
       .help = "What is printed: text (of each page, and tables of what else --outputs names; every page ends with a "
               "form feed; on a terminal a line names each page instead), json (one array of documents with their "
               "pages), or ndjson (a JSON object a page).",
       .binding = bound::choice<ExtractOptions, ExtractFormat>(
           {{"text", ExtractFormat::text}, {"json", ExtractFormat::json}, {"ndjson", ExtractFormat::ndjson}},
           [](auto& extract) -> auto& { return extract.format; })},
      {.flag = "pages",
       .value_name = "LIST",
       .alias = "page",
       .heading = Heading::result,
       .help = "Only these pages.",
       .default_text = "every page",
       .flag_only = true,
       .binding = page_list()},
      {.flag = "draw",
       .value_name = "FILE",
       .heading = Heading::result,
       .help = "Also draw a page into this file, as PNG at --page-images-dpi, with the words, links, images, crops and "
               "codes that were found on it boxed in colours, and a legend. Those that --outputs names are drawn, all "
               "where it names none of them. A document of several pages takes --page. A file that is there is "
               "replaced.",
       .flag_only = true,
       .binding = bound::local_path<ExtractOptions>([](auto& extract) -> auto& { return extract.drawing; })},
  };
}

}  // namespace docmill
