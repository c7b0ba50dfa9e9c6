#include "cli/options/repetition.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> RepetitionOptions::options() {
  return {
      {.flag = "skip-if-exists",
       .environment = "SKIP_IF_EXISTS",
       .inverse = "force",
       .heading = Heading::repeated,
       .help = "Leave out documents whose output is there and fits the document, the settings and this version as they "
               "are now. --force does every document again.",
       .binding =
           bound::boolean<RepetitionOptions>([](auto& repetition) -> auto& { return repetition.skip_if_exists; })},
  };
}

}  // namespace docmill
