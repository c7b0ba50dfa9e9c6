#include "cli/options/quiet.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> QuietOptions::options() {
  return {
      {.flag = "quiet",
       .letter = "q",
       .heading = Heading::messages,
       .help = "No live line and no summary, unless --summary json asks for one; of the log only warnings and errors.",
       .binding = bound::boolean<QuietOptions>([](auto& quiet) -> auto& { return quiet.on; })},
  };
}

}  // namespace docmill
