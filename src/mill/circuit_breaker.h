// Whether a fault of the place is an outage, and who waits for its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "document/clock.h"

namespace docmill {

/// Faults of a place on five different documents in a row, without a success between, are an outage: the breaker opens.
/// While it is open nothing new is begun, and of the documents that are begun one is tried again and again, the probe.
/// Whatever it comes to but another fault closes the breaker. So an outage costs a message one receive, however long.
///
/// Any thread may call any member.
class CircuitBreaker {
 public:
  struct Advice {
    bool try_again = false;            // else the message goes back
    std::chrono::milliseconds wait{};  // before the next try, or until the message is to be seen again
  };

  explicit CircuitBreaker(Random& random) : random_(random) {}

  /// The place failed a document, the `round`-th time since it was begun (from 1). `successes_before`: successes() when
  /// it was begun.
  Advice on_fault(const std::string& document, std::uint32_t round, std::uint64_t successes_before);
  /// The place did what it should for a document, whatever came of that.
  void on_success();
  /// A document on which the place failed is no longer tried: if it was the probe, another one may be.
  void on_given_up(const std::string& document);

  bool is_open() const;
  std::uint64_t successes() const;

 private:
  mutable std::mutex mutex_;
  Random& random_;
  std::set<std::string> faulted_;     // in a row
  std::optional<std::string> probe_;  // while it is open
  bool open_ = false;
  std::uint64_t successes_ = 0;
};

}  // namespace docmill
