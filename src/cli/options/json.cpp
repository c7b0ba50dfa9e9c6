#include "cli/options/json.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> JsonOptions::options() {
  return {
      {.flag = "json",
       .heading = Heading::result,
       .help = "Print JSON.",
       .flag_only = true,
       .binding = bound::boolean<JsonOptions>([](auto& json) -> auto& { return json.on; })},
  };
}

}  // namespace docmill
