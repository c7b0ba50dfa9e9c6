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
       .help = "What is printed: text (every page ends with a form feed; on a terminal a line names each page "
               "instead), json (one array of documents with their pages), or ndjson (a JSON object a page).",
       .binding = bound::choice<ExtractOptions, ExtractFormat>(
           {{"text", ExtractFormat::text}, {"json", ExtractFormat::json}, {"ndjson", ExtractFormat::ndjson}},
           [](auto& extract) -> auto& { return extract.format; })},
      {.flag = "pages",
       .value_name = "LIST",
       .heading = Heading::result,
       .help = "Only these pages.",
       .default_text = "every page",
       .flag_only = true,
       .binding = page_list()},
  };
}

}  // namespace docmill
