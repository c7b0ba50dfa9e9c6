// Which barcodes are looked for.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

struct CodeOptions {
  std::vector<std::string> formats;  // of symbologies(), in its order, each once; empty for all

  static std::vector<Option> options();
};

}  // namespace docmill
