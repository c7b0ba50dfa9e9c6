#include "cli/options/empty_source.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> EmptySourceOptions::options() {
  return {
      {.flag = "fail-if-empty",
       .inverse = "no-fail-if-empty",
       .heading = Heading::chosen,
       .help = "End with exit code 1 where no document lies below --in: most often the folder or prefix is mistyped.",
       .binding = bound::boolean<EmptySourceOptions>([](auto& empty_source) -> auto& { return empty_source.fails; })},
  };
}

}  // namespace docmill
