// Where the outputs are.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option.h"
#include "store/place.h"

namespace docmill {

struct OutputOptions {
  Place place;
  std::string key_prefix;                 // see BucketOptions
  std::vector<Place> prefixes;            // below `place`: what is written there is no document
  std::vector<std::string> below_source;  // of those that lie below the source: "results/", left out there

  /// Whether a folder of the source belongs to the outputs, so that nothing in it is a document.
  bool has_folder(std::string_view prefix) const {
    return std::ranges::any_of(below_source, [&](const std::string& own) { return prefix.starts_with(own); });
  }

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
