// Which files of the source are looked at.
#pragma once

#include <vector>

#include "cli/option.h"
#include "mill/selection.h"
#include "store/open_store.h"

namespace docmill {

struct SelectionOptions {
  Selection globs;
  bool follow_links = StoreSettings{}.follow_links;

  static std::vector<Option> options();
};

}  // namespace docmill
