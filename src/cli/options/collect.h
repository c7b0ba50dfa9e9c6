// What `docmill collect` joins, and into what.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/option.h"
#include "document/outputs.h"
#include "store/place.h"

namespace docmill {

/// `--in` and `--out` are other places than those of a sweep, so they have neither variable nor key: a container that
/// has these set for its sweeps must not collect its documents.
struct CollectOptions {
  Place outputs, dataset;
  std::vector<Carrier> tables{carriers.begin(), carriers.end()};
  std::string partition;
  std::uint64_t file_size_bytes = 128ULL << 20U;

  static std::vector<Option> options();
  void complete(const Surroundings& surroundings);
};

/// "pages,words". Errors: what was expected.
std::string names_of(const std::vector<Carrier>& tables);

}  // namespace docmill
