#include "cli/options/layout.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Parsed<std::string> parse_prefix(std::string_view text) {
  if (is_prefix(text)) return std::string(text);
  return std::unexpected("folders with a slash behind each, such as page_text/");
}

template <typename Field>
Binding prefix(Field field) {
  return bound::to<LayoutOptions>("", field, parse_prefix, [](const std::string& shown) { return shown; });
}

Option files_prefix(std::string_view flag, OutputId output, std::string_view help) {
  return {.flag = flag,
          .value_name = "PREFIX",
          .object = output_of(output).name,
          .heading = Heading::result,
          .help = help,
          .in_recipe = true,
          .binding = prefix([output](auto& options) -> auto& { return options.layout.files_of(output); })};
}

}  // namespace

std::vector<Option> LayoutOptions::options() {
  return {
      {.flag = "tables-prefix",
       .value_name = "PREFIX",
       .object = "tables",
       .heading = Heading::result,
       .help = "Folders below --out that all Parquet files of documents lie in, such as page_text/.",
       .in_recipe = true,
       .binding = prefix([](auto& options) -> auto& { return options.layout.tables; })},
      files_prefix("page-images-prefix", OutputId::page_images, "Folders below --out that page images lie in."),
      files_prefix("links-prefix", OutputId::links, "Folders below --out that the JSON files of links lie in."),
      files_prefix("images-prefix", OutputId::images, "Folders below --out that embedded images lie in."),
      files_prefix("structure-prefix", OutputId::structure,
                   "Folders below --out that the JSON files of documents' structure lie in."),
      files_prefix("crops-prefix", OutputId::crops, "Folders below --out that crops lie in."),
  };
}

}  // namespace docmill
