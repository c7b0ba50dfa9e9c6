#include "cli/options/dry_run.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> DryRunOptions::options() {
  return {
      {.flag = "dry-run",
       .heading = Heading::chosen,
       .help = "Print the documents, of a sweep with what would be done with each and why, and do nothing.",
       .flag_only = true,
       .binding = bound::boolean<DryRunOptions>([](auto& dry_run) -> auto& { return dry_run.on; })},
  };
}

}  // namespace docmill
