// What documents are processed with: places, extractor, clock. One for a run.
#pragma once

#include <string>
#include <vector>

#include "base/byte_budget.h"
#include "base/clock.h"
#include "document/limits.h"
#include "mill/output_view.h"
#include "mill/witnesses.h"
#include "sandbox/extractor.h"
#include "store/object_store.h"
#include "telemetry/progress.h"

namespace docmill {

/// Documents that are in memory at a time, together; a larger one goes alone.
inline constexpr std::uint64_t source_bytes_in_flight_max = 128 * MiB;

/// What process() works with. Everything outlives it; any number of threads may share one.
struct Mill {
  ObjectStore& source;
  ObjectStore& output;
  Extractor& extractor;
  Clock& clock;
  Random& random;
  std::vector<std::string> passwords;
  bool redo_done = false;    // --force: neither a done output nor a mark spares a document
  ByteBudget& source_bytes;  // room for documents in memory
  RunProgress& progress;
  OutputView& view;      // of `output`
  Witnesses& witnesses;  // of `source`
};

}  // namespace docmill
