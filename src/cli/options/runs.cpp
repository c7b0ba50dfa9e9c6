#include "cli/options/runs.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> RunsOptions::options() {
  return {
      {.flag = "keep",
       .value_name = "COUNT",
       .heading = Heading::chosen,
       .help = "So many of the newest runs keep their tables when runs are pruned.",
       .flag_only = true,
       .binding = bound::integer<RunsOptions>({0, 1'000'000}, [](auto& runs) -> auto& { return runs.kept; })},
  };
}

}  // namespace docmill
