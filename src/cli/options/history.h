// The history file.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/option.h"
#include "store/object_place.h"

namespace docmill {

struct HistoryOptions {
  ObjectPlace place;  // empty: none
  std::size_t documents_max = 20'000;

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
