#include "cli/options/outputs.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

std::string_view help_of_outputs() {
  static const std::string help = [] {
    std::string text = "What to make of each document, names joined by commas:";
    for (const OutputId id : output_ids)
      text +=
          fmt::format("{} {} ({})", id == output_ids.front() ? "" : ",", output_of(id).name, output_of(id).description);
    return text + ". Each is made again only where it is not done for the document as it is.";
  }();
  return help;
}

std::string schema_of_outputs() {
  std::vector<std::string_view> names;
  for (const OutputId id : output_ids) names.push_back(output_of(id).name);
  return fmt::format(R"({{"type": "array", "items": {{"enum": ["{}"]}}, "minItems": 1, "uniqueItems": true}})",
                     fmt::join(names, R"(", ")"));
}

}  // namespace

std::vector<Option> OutputsOptions::options() {
  return {
      {.flag = "outputs",
       .value_name = "NAMES",
       .heading = Heading::result,
       .help = help_of_outputs(),
       .in_message = true,
       .binding = bound::with_schema(
           bound::to<OutputsOptions>(
               "names of outputs, such as text,words", [](auto& outputs) -> auto& { return outputs.outputs; },
               parse_outputs, [](const Outputs& outputs) { return names_of(outputs); }),
           schema_of_outputs())},
  };
}

}  // namespace docmill
