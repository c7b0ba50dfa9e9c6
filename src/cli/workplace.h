// What every command that looks at places works with, assembled once.
#pragma once

#include <memory>
#include <string>

#include "aws/connection.h"
#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/concurrency.h"
#include "cli/group_values.h"
#include "mill/mill.h"
#include "queue/open_queue.h"
#include "store/open_store.h"

namespace docmill {

/// How AWS and stores are reached, as the groups say; those that are missing count with their defaults.
aws::ConnectionSettings connection_of(const GroupValues& values);
StoreSettings stores_of(const GroupValues& values);

/// Nothing is asked of a place, and no client of AWS made, before a store or queue that needs it is opened. What is
/// opened refers to it. Any thread, as its members say.
struct Workplace {
  explicit Workplace(const GroupValues& values);
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  /// Errors: those of open_queue.
  Result<std::unique_ptr<Queue>> queue(const std::string& uri, bool create = true) {
    return open_queue(uri, *clock, *random, {.create = create, .aws = [this] { return connection.client(); }});
  }

  const std::unique_ptr<Clock> clock = make_system_clock();
  const std::unique_ptr<Random> random = make_system_random();
  const std::unique_ptr<Concurrency> concurrency = make_system_concurrency();
  aws::Connection connection;
  Stores stores;
  ByteBudget source_bytes{source_bytes_in_flight_max, *concurrency};
};

}  // namespace docmill
