// One message: its documents processed, its dead letters sent, and what is to become of it.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "mill/circuit_breaker.h"
#include "mill/worker.h"

namespace docmill {

/// What is to become of a message, once all that it asks for is durable.
struct MessageEnd {
  enum class Then : std::uint8_t { remove, give_back, keep };
  Then then = Then::remove;
  MessageOutcome outcome = MessageOutcome::done;
  std::chrono::seconds delay{0};            // give_back: until it is seen again
  std::vector<std::string> documents = {};  // that it asked for, by URI
};

/// What message work works with. Any number of threads may share one.
struct MessageWorkshop {
  const Mill& mill;
  Queue* dead_letters;  // may be null
  Results* results;     // likewise
  const WorkerSettings& settings;
  WorkerObserver& observer;
  CircuitBreaker& breaker;
  std::stop_token stop;
};

/// Of the message that is worked on.
struct HeldWork {
  CircuitBreaker::Ticket ticket;
  std::function<bool()> is_held;  // asked before what cannot be undone
};

/// Do what the message asks for. Nothing is acknowledged here. Its dead letters are sent when all that it asks for has
/// come to its end, and only if `is_held()` then: so a message of which a part goes back sends each of them once. They
/// are sent again where a worker dies, or loses the message, between sending and removing: SQS has no call for both.
MessageEnd work_on(const MessageWorkshop& workshop, const Message& message, const HeldWork& held);

}  // namespace docmill
