#include "cli/options/layout.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Parsed<std::string> parse_prefix(std::string_view text) {
  if (is_prefix(text)) return std::string(text);
  return std::unexpected("folders with a slash behind each, such as page_text/");
}

std::string shown(const std::string& prefix) { return prefix; }

}  // namespace

std::vector<Option> LayoutOptions::options() {
  return {
      {.flag = "tables-prefix",
       .value_name = "PREFIX",
       .object = "tables",
       .heading = Heading::result,
       .help = "Folders below --out that all Parquet files of documents lie in, such as page_text/.",
       .in_recipe = true,
       .binding = bound::to<LayoutOptions>(
           "", [](auto& options) -> auto& { return options.layout.tables; }, parse_prefix, shown)},
      {.flag = "page-images-prefix",
       .value_name = "PREFIX",
       .object = "page_images",
       .heading = Heading::result,
       .help = "Folders below --out that page images lie in.",
       .in_recipe = true,
       .binding = bound::to<LayoutOptions>(
           "", [](auto& options) -> auto& { return options.layout.files_of(OutputId::page_images); }, parse_prefix,
           shown)},
      {.flag = "links-prefix",
       .value_name = "PREFIX",
       .object = "links",
       .heading = Heading::result,
       .help = "Folders below --out that the JSON files of links lie in.",
       .in_recipe = true,
       .binding = bound::to<LayoutOptions>(
           "", [](auto& options) -> auto& { return options.layout.files_of(OutputId::links); }, parse_prefix, shown)},
  };
}

}  // namespace docmill
