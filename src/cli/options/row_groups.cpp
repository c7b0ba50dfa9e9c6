#include "cli/options/row_groups.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> RowGroupOptions::options() {
  return {
      {.flag = "batch-size",
       .value_name = "PAGES",
       .environment = "BATCH_SIZE",
       .heading = Heading::result,
       .help = "Pages per row group of the Parquet files.",
       .in_message = true,
       .binding =
           bound::integer<RowGroupOptions>({1, 100'000}, [](auto& row_groups) -> auto& { return row_groups.pages; })},
  };
}

}  // namespace docmill
