#include "cli/options/output.h"

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {

std::vector<Option> OutputOptions::options() {
  return {
      {.flag = "out",
       .value_name = "PLACE",
       .letter = "o",
       .heading = Heading::places,
       .help = "Folder or s3://BUCKET/PREFIX for the Parquet files; a folder is made if need be. May lie below --in. "
               "Required.",
       .binding = bound::place<OutputOptions>([](auto& output) -> auto& { return output.place; })},
      {.flag = "out-prefix",
       .value_name = "PREFIX",
       .heading = Heading::buckets,
       .help = "Outputs are objects of --bucket whose keys begin so.",
       .binding = bound::text<OutputOptions>([](auto& output) -> auto& { return output.key_prefix; })},
  };
}

void OutputOptions::complete(const Surroundings& surroundings) { make_absolute(place, surroundings.working_dir); }

}  // namespace docmill
