// What comes into a folder, sent to a queue as it comes: `docmill worker --watch`.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/concurrency.h"
#include "mill/selection.h"
#include "queue/queue.h"
#include "store/object_store.h"
#include "store/place.h"

namespace docmill {

struct FeedSettings {
  Place folder = {};                                            // that of the store
  std::function<bool(std::string_view prefix)> leave_out = {};  // folders of it that are not entered
  Selection selection = {};                                     // of the rest
  bool follow_links = false;                                    // as its store does
  std::chrono::milliseconds again{5'000};  // after a fault; twice as long after each further one, up to `again_max`
  std::chrono::milliseconds again_max{300'000};
};

/// Send a message for every document of the folder, then for each that is new or changes, until `stop` is requested.
/// Some are sent twice, which workers recognise.
///
/// After a fault that may pass (the queue is locked, the disk full) the folder is watched anew and listed again, so no
/// document is missed. Errors: those that do not pass, such as not_found (the folder was removed or unmounted).
Result<void> feed(ObjectStore& source, Queue& queue, const FeedSettings& settings, Clock& clock,
                  Concurrency& concurrency, const std::stop_token& stop);

}  // namespace docmill
