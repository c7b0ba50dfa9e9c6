#include "cli/options/region.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> RegionOptions::options() {
  return {
      {.flag = "region",
       .value_name = "REGION",
       .environment = "AWS_REGION",
       .heading = Heading::buckets,
       .help = "Where the buckets are.",
       .default_text = "AWS_DEFAULT_REGION, else the profile's",
       .binding = bound::text<RegionOptions>([](auto& region) -> auto& { return region.name; })},
  };
}

}  // namespace docmill
