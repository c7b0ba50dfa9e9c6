#include "cli/options/sweep.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> SweepOptions::options() {
  using namespace std::chrono_literals;
  return {
      {.flag = "retry-failed",
       .heading = Heading::repeated,
       .help = "Try documents again that failed for good in an earlier run.",
       .binding = bound::boolean<SweepOptions>([](auto& sweep) -> auto& { return sweep.retry_failed; })},
      {.flag = "manifest",
       .value_name = "WHEN",
       .heading = Heading::result,
       .help = "Which runs leave a table of their documents: those in which something happened, or all, also where "
               "every document was done or known before.",
       .binding = bound::choice<SweepOptions, ManifestWhen>(
           {{"changed", ManifestWhen::changed}, {"always", ManifestWhen::always}},
           [](auto& sweep) -> auto& { return sweep.manifest; })},
      {.flag = "grace",
       .value_name = "DURATION",
       .heading = Heading::sandbox,
       .after = "workers",
       .help = "After the first SIGINT or SIGTERM, time for running documents to finish. A second one ends at once.",
       .binding = bound::duration<SweepOptions>({0ms, 1h}, [](auto& sweep) -> auto& { return sweep.grace; })},
  };
}

}  // namespace docmill
