// Where the documents are.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"
#include "store/place.h"

namespace docmill {

struct SourceOptions {
  Place place;
  std::string key_prefix;  // see BucketOptions

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
