#include "cli/options/confirmation.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> ConfirmationOptions::options() {
  return {
      {.flag = "yes",
       .heading = Heading::chosen,
       .help = "Remove: of queue purge every message, of prune what it finds, of runs prune the older tables.",
       .flag_only = true,
       .binding = bound::boolean<ConfirmationOptions>([](auto& confirmation) -> auto& { return confirmation.yes; })},
  };
}

}  // namespace docmill
