// A queue by its URI.
#pragma once

#include <memory>
#include <string_view>

#include "document/clock.h"
#include "queue/queue.h"

namespace docmill {

struct OpenQueueOptions {
  bool create = true;  // make a local queue that is not there yet
};

/// "sqlite:///data/docmill.db" (sqlite_queue.h). `clock` and `random` outlive the queue.
///
/// Errors: invalid_input (no such URI, what is allowed), and those of the kind of queue.
Result<std::unique_ptr<Queue>> open_queue(std::string_view uri, Clock& clock, Random& random,
                                          const OpenQueueOptions& options = {});

}  // namespace docmill
