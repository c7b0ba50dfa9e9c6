// Whether a fault of the place is an outage, who waits for its end, and who is let through meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/concurrency.h"
#include "base/error.h"

namespace docmill {

/// Faults of a place on five different documents in a row, or five on one, without a success between, are an outage:
/// the breaker opens. While it is open one message is worked on, the probe. Whatever it comes to but another fault
/// closes the breaker. After five tries it gives up its place as soon as another message is there: one at a time is
/// received. So a document that never succeeds holds nobody up, and an outage costs a message a receive now and then at
/// most.
///
/// All of its state is under one lock, and whoever receives or begins a message asks it each time: nothing of it is
/// kept elsewhere. Any thread may call any member.
class CircuitBreaker {
 public:
  /// A message that was begun.
  using Ticket = std::uint64_t;

  struct Fault {
    Ticket ticket = 0;
    std::string document;
    FaultScope scope = FaultScope::place;  // or unknown
    std::uint32_t round = 1;               // of this document, since it was begun
    std::uint64_t successes_before = 0;    // successes() when it was begun
  };

  enum class Advice : std::uint8_t {
    try_again,  // the wait is over
    go_back,    // an outage, and another message is its probe
    alone,      // others succeed while this one does not
    stopped,
  };

  /// `on_change` is told of every begin and end of an outage, in order and one at a time, without a lock. All outlive
  /// it.
  CircuitBreaker(Clock& clock, Concurrency& concurrency, Random& random, std::function<void(bool open)> on_change);

  // Whoever receives.
  /// Wait until messages may be received. How many in a call: one while it is open; 0 after stop().
  std::size_t wait_to_receive();
  void on_received(std::size_t messages);

  // Whoever works on a message.
  /// Nothing where it must go back, for an outage has begun.
  std::optional<Ticket> begin();
  /// The place failed the document. Waits before another try, at most a minute.
  Advice on_fault(const Fault& fault);
  /// The place did what it should for a document, whatever came of that.
  void on_success();
  /// Nobody works on the message any more.
  void on_end(Ticket ticket);

  void stop();
  bool is_open() const;
  std::uint64_t successes() const;

 private:
  bool note(const Fault& fault);
  bool must_go_back(Ticket ticket) const { return open_ && probe_ != ticket; }
  std::chrono::milliseconds wait_after(const Fault& fault);
  void close();
  void tell_changes();

  Clock& clock_;
  Random& random_;
  const std::function<void(bool)> on_change_;
  mutable std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  std::set<std::string> faulted_;  // in a row
  std::uint64_t successes_ = 0;
  Ticket last_ticket_ = 0;
  bool open_ = false;
  std::optional<Ticket> probe_;     // while it is open; nothing until the next message is begun
  std::uint32_t probe_tries_ = 0;   // of this probe
  std::uint32_t outage_tries_ = 0;  // of all probes
  bool wants_another_ = false;      // the probe has had its tries
  bool told_ = false;               // what on_change was told last
  bool telling_ = false;            // somebody is at it, and goes on until all is told
  bool stopped_ = false;
};

/// How long a message stays away that goes back because its place is at fault, so that what it is received for in vain
/// does not use up its receives: two minutes, doubled each time, at most an hour.
std::chrono::seconds away_after(std::uint32_t receive_count);

}  // namespace docmill
