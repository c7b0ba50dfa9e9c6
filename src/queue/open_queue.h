// A queue by its URI.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "queue/queue.h"

namespace docmill {

namespace aws {
class Client;
}

struct OpenQueueOptions {
  bool create = true;  // make a local queue that is not there yet; else nothing is written when it is opened
  std::function<Result<aws::Client*>()> aws =
      {};  // the program's client, which outlives the queue; asked for SQS alone
};

/// "sqlite:///data/docmill.db" (sqlite_queue.h), or the URL of an SQS queue (sqs_queue.h). `clock` and `random` outlive
/// the queue.
///
/// Errors: invalid_input (no such URI, what is allowed), and those of the kind of queue.
Result<std::unique_ptr<Queue>> open_queue(std::string_view uri, Clock& clock, Random& random,
                                          const OpenQueueOptions& options = {});

}  // namespace docmill
