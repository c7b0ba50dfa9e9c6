// The runs of an output place, by the manifests that they left.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "store/object_store.h"

namespace docmill {

struct RunFile {
  std::string run_id;
  ObjectInfo manifest;
};

/// Calls `visit` for each manifest, the oldest run first: run ids begin with the time of their start.
///
/// Errors: those of the listing.
Result<void> each_run(ObjectStore& output, const std::function<void(RunFile)>& visit);

}  // namespace docmill
