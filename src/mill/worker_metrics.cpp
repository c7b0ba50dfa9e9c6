#include "mill/worker_metrics.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace docmill {
namespace {

/// From a queue that is kept up with, to the fourteen days that SQS keeps a message.
constexpr std::array age_bounds{0.1, 1.0, 5.0, 30.0, 60.0, 300.0, 900.0, 3'600.0, 21'600.0, 86'400.0, 604'800.0};

}  // namespace

WorkerMetrics::WorkerMetrics(Metrics& metrics, Clock& clock)
    : clock_(clock),
      received_(metrics.counter({.name = "docmill_messages_received_total", .help = "Messages received."})),
      receive_failures_(metrics.counter(
          {.name = "docmill_receive_failures_total", .help = "Times that the queue could not be asked for messages."})),
      age_(metrics.histogram({.name = "docmill_message_age_seconds",
                              .help = "Queue lag: age of a message when it is received for the first time.",
                              .unit = MetricUnit::seconds},
                             age_bounds)),
      in_hand_(metrics.gauge({.name = "docmill_messages_in_hand", .help = "Messages that this worker holds."})),
      outage_(metrics.gauge(
          {.name = "docmill_outage", .help = "1 while a place is at fault and messages are received one at a time."})) {
  for (std::size_t i = 0; i < messages_.size(); ++i)
    messages_[i] = &metrics.counter({.name = "docmill_messages_total", .help = "Messages by how they ended."},
                                    {{"outcome", std::string(name_of(static_cast<MessageOutcome>(i)))}});
}

void WorkerMetrics::on_received(const Message& message) {
  received_.add();
  // Of a message that comes again, the age says how long it was worked on, not how long it waited.
  if (message.receive_count > 1 || message.sent_at == WallTime{}) return;
  const std::chrono::duration<double> age = clock_.wall_now() - message.sent_at;
  age_.observe(std::max(0.0, age.count()));  // two machines' clocks
}

void WorkerMetrics::on_receive(const Result<std::size_t>& messages) {
  if (!messages) receive_failures_.add();
}

void WorkerMetrics::on_message(const Message& /*message*/, MessageOutcome outcome) {
  messages_[static_cast<std::size_t>(outcome)]->add();
}

}  // namespace docmill
