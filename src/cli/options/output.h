// Where the outputs are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/option.h"
#include "store/place.h"

namespace docmill {

struct OutputOptions {
  Place place;
  std::string key_prefix;    // see BucketOptions
  std::string below_source;  // "results/" where `place` lies below the source, which is left out there; else empty

  /// Whether a folder of the source belongs to the outputs, so that nothing in it is a document.
  bool has_folder(std::string_view prefix) const { return !below_source.empty() && prefix.starts_with(below_source); }

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

}  // namespace docmill
