// How Parquet files are cut.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "document/recipe.h"

namespace docmill {

struct RowGroupOptions {
  std::uint32_t pages = Recipe{}.batch_size;

  static std::vector<Option> options();
};

}  // namespace docmill
