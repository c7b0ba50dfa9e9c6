#include "mill/worker.h"

#include <array>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "mill/in_hand.h"
#include "mill/message_work.h"
#include "mill/threads.h"
#include "net/retry.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// A queue that cannot be reached is asked again after so long.
constexpr std::chrono::milliseconds receive_again = 5s;

class Worker {
 public:
  Worker(const Mill& mill, const WorkerPlaces& places, const WorkerSettings& settings, Concurrency& concurrency,
         WorkerObserver& observer, std::stop_token stop)
      : mill_(mill),
        queue_(places.queue),
        settings_(settings),
        concurrency_(concurrency),
        observer_(observer),
        breaker_(mill.clock, concurrency, mill.random, [this](bool open) { on_outage(open); }),
        in_hand_(places.queue, mill.clock, concurrency,
                 {.visibility_timeout = settings.visibility_timeout,
                  .messages_max = settings.documents_in_flight + settings.prefetch}),
        workshop_{.mill = mill,
                  .dead_letters = places.dead_letters,
                  .results = places.results,
                  .settings = settings,
                  .observer = observer,
                  .breaker = breaker_,
                  .stop = ending_.get_token()},
        told_to_stop_(std::move(stop)) {}

  Result<WorkerSummary> go() {
    Result<void> received;
    {
      const auto lost = [this](const Error& error) { end_in_trouble(error); };
      const auto heartbeat = concurrency_.start([this] { in_hand_.keep_held(); }, lost);
      if (!heartbeat) return std::unexpected(heartbeat.error());
      std::vector<std::unique_ptr<RunningThread>> threads;
      const EndsWork at_the_end(*this);
      if (auto started = start_threads(threads, lost); !started) return std::unexpected(std::move(started).error());
      const std::stop_callback on_stop(told_to_stop_, [this] { begin_to_end(); });
      received = receive_all();
      begin_to_end();
      in_hand_.give_back_waiting(0s);
    }
    if (!received) return std::unexpected(std::move(received).error());
    if (trouble_) return std::unexpected(*trouble_);
    return WorkerSummary{.messages_done = messages_done_,
                         .messages_failed = messages_failed_,
                         .messages_given_back = messages_given_back_};
  }

 private:
  /// Threads end when there is nothing more to do, and are waited for behind this, whatever ended the rest.
  struct EndsWork {
    explicit EndsWork(Worker& worker) : worker_(worker) {}
    EndsWork(const EndsWork&) = delete;
    EndsWork& operator=(const EndsWork&) = delete;
    ~EndsWork() { worker_.begin_to_end(); }

   private:
    Worker& worker_;
  };

  /// One for each document in flight, or as many as can be had.
  Result<void> start_threads(std::vector<std::unique_ptr<RunningThread>>& threads, const OnThreadLost& lost) {
    while (threads.size() < settings_.documents_in_flight) {
      auto thread = concurrency_.start([this] { work(); }, lost);
      if (!thread && threads.empty()) return std::unexpected(std::move(thread).error());
      if (!thread) {
        tell_fewer_threads(threads.size(), settings_.documents_in_flight, thread.error());
        return {};
      }
      threads.push_back(*std::move(thread));
    }
    return {};
  }

  /// Nothing new is begun, what waits goes back, what runs may finish. In this order: whoever hears of the end gives
  /// back as one who ends.
  void begin_to_end() {
    in_hand_.stop();
    breaker_.stop();
    ending_.request_stop();
  }

  /// A queue that denies what it has never granted is one for a person. What it has granted before it denies for a
  /// while, as in an outage: while keys are exchanged, or a policy is.
  static bool needs_person(const Error& error, bool was_granted) {
    return error.kind == ErrorKind::denied ? !was_granted : !is_worth_retrying(error.kind);
  }

  Result<void> receive_all() {
    bool was_granted = false;
    while (const std::size_t messages_max = breaker_.wait_to_receive()) {
      const std::size_t room = in_hand_.wait_for_room();
      if (room == 0) break;
      const auto asked_at = mill_.clock.steady_now();
      auto messages = queue_.receive({.messages_max = std::min(room, messages_max),
                                      .visibility_timeout = settings_.visibility_timeout,
                                      .wait = wait_of_receive()},
                                     ending_.get_token());
      if (!messages) {
        in_hand_.add({}, asked_at);
        if (needs_person(messages.error(), was_granted)) return std::unexpected(std::move(messages).error());
        log::warning("receive_failed", {{"reason", messages.error().text()}});
        observer_.on_receive(std::unexpected(messages.error()));
        wait_unless_stopped(concurrency_, mill_.clock, ending_.get_token(), receive_again);
        continue;
      }
      was_granted = true;
      observer_.on_receive(messages->size());
      const bool none_came = messages->empty();
      (void)DOCMILL_FAILPOINT("received");
      for (const Message& message : *messages) observer_.on_received(message);
      breaker_.on_received(messages->size());
      in_hand_.add(*std::move(messages), asked_at);
      observer_.on_in_hand(in_hand_.size());
      if (none_came && settings_.exit_when_empty && in_hand_.size() == 0 && is_empty()) return {};
      if (breaker_.is_open()) in_hand_.wait_until_taken();
    }
    return {};
  }

  /// One that waits for the end of its work does not wait long for more. SQS asks all of its servers when it is to wait
  /// at all.
  std::chrono::seconds wait_of_receive() const {
    return settings_.exit_when_empty ? std::min(settings_.receive_wait, 1s) : settings_.receive_wait;
  }

  /// A message that another worker has, which may be dead, or that was given back for a while, is still to be done.
  /// Where nobody may count messages, an empty receive has to do; where the count fails, it says nothing.
  bool is_empty() {
    const auto status = queue_.status();
    if (status) return status->visible + status->in_flight + status->delayed == 0;
    log::warning("messages_uncounted", {{"reason", status.error().text()}});
    return status.error().kind == ErrorKind::denied;
  }

  void work() {
    while (const auto held = in_hand_.take()) {
      begin(*held);
      observer_.on_in_hand(in_hand_.size());
    }
  }

  void begin(const HeldMessage& held) {
    const auto ticket = breaker_.begin();
    if (!ticket) return give_back_unbegun(held);
    end(held, work_on(workshop_, held.message,
                      {.ticket = *ticket, .is_held = [&] { return in_hand_.confirm(held.number); }}));
    breaker_.on_end(*ticket);
  }

  /// An outage began since it was received.
  void give_back_unbegun(const HeldMessage& held) {
    in_hand_.give_back_unbegun(held, ending_.stop_requested() ? 0s : away_after(held.message.receive_count));
    count(held.message, {.then = MessageEnd::Then::give_back, .outcome = MessageOutcome::given_back});
  }

  void end(const HeldMessage& held, MessageEnd end) {
    if (in_hand_.is_lost(held.number)) {
      in_hand_.end(held.number);
      end.outcome = MessageOutcome::lost;
      return count(held.message, end);
    }
    switch (end.then) {
      case MessageEnd::Then::remove:
        if (!remove(held.message)) end.outcome = MessageOutcome::lost;
        in_hand_.end(held.number);
        break;
      case MessageEnd::Then::give_back:
        in_hand_.give_back(held, ending_.stop_requested() ? 0s : end.delay);
        break;
      case MessageEnd::Then::keep:
        in_hand_.end(held.number);
        break;
    }
    count(held.message, end);
  }

  bool remove(const Message& message) {
    (void)DOCMILL_FAILPOINT("before_delete");
    // Also when told to stop: the work is done, and all that is missing is that one call.
    const auto removed = queue_.remove(message.receipt_handle);
    (void)DOCMILL_FAILPOINT("deleted");
    if (removed) {
      removal_granted_ = true;
      return *removed == Receipt::held;
    }
    log::warning("message_not_removed", {{"message", message.id}, {"reason", removed.error().text()}});
    if (removed.error().kind == ErrorKind::denied && !removal_granted_) end_in_trouble(removed.error());
    return false;
  }

  /// Messages that nobody may remove come again for ever.
  void end_in_trouble(const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      if (!trouble_) trouble_ = error;
    }
    begin_to_end();
  }

  void count(const Message& message, const MessageEnd& end) {
    switch (end.outcome) {
      case MessageOutcome::done:
      case MessageOutcome::ignored:
      case MessageOutcome::source_gone:
        ++messages_done_;
        break;
      case MessageOutcome::failed:
      case MessageOutcome::poison:
        ++messages_failed_;
        break;
      case MessageOutcome::given_back:
      case MessageOutcome::lost:
        ++messages_given_back_;
        break;
    }
    log::info("message_finished", {{"message", message.id},
                                   {"outcome", name_of(end.outcome)},
                                   {"receive_count", message.receive_count},
                                   {"documents", end.documents}});
    observer_.on_message(message, end.outcome);
  }

  /// It begins: what waits goes back, and messages are received one at a time. It ends: go on.
  void on_outage(bool begins) {
    log::warning(begins ? "outage_begins" : "outage_ends", nlohmann::json::object());
    observer_.on_outage(begins);
    if (begins && breaker_.is_open()) in_hand_.give_back_waiting(away_after(1));
  }

  const Mill& mill_;
  Queue& queue_;
  const WorkerSettings& settings_;
  Concurrency& concurrency_;
  WorkerObserver& observer_;
  CircuitBreaker breaker_;
  InHand in_hand_;
  std::stop_source ending_;
  MessageWorkshop workshop_;
  std::stop_token told_to_stop_;
  std::atomic<bool> removal_granted_ = false;
  std::mutex mutex_;  // guards the next
  std::optional<Error> trouble_;
  std::atomic<std::uint64_t> messages_done_ = 0, messages_failed_ = 0, messages_given_back_ = 0;
};

}  // namespace

std::string_view name_of(MessageOutcome outcome) {
  constexpr std::array<std::string_view, 7> names{"done",   "ignored",    "source_gone", "failed",
                                                  "poison", "given_back", "lost"};
  return names[static_cast<std::size_t>(outcome)];
}

Result<WorkerSummary> work(const Mill& mill, const WorkerPlaces& places, const WorkerSettings& settings,
                           Concurrency& concurrency, WorkerObserver& observer, std::stop_token stop) {
  return Worker(mill, places, settings, concurrency, observer, std::move(stop)).go();
}

}  // namespace docmill
