// Many threads of a program in one, in virtual time: each runs until it waits, and chance decides who goes on. Equal
// seeds give equal runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/concurrency.h"

namespace docmill::sim {

using Time = std::chrono::steady_clock::time_point;

/// A process of the simulated world. When it is dead nothing that its threads do has an effect any more: they run to
/// their end, and nobody hears of them.
struct Process {
  bool alive = true;
  std::stop_source stop;  // asks its threads to come to their end

  void die() {
    alive = false;
    stop.request_stop();
  }
};

class Fibers {
 public:
  explicit Fibers(std::uint64_t seed);
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;
  ~Fibers();

  using Id = std::uint64_t;
  Id start(std::shared_ptr<Process> process, std::function<void()> body);
  /// Run all to their ends; false when `deadline` came first, or nobody can go on.
  bool run_until(Time deadline);

  // For the running fiber.
  void sleep_for(std::chrono::milliseconds duration);
  /// Let others go first.
  void yield() { sleep_for(std::chrono::milliseconds(0)); }
  void join(Id fiber);
  void block(std::vector<Id>& waiters, Time deadline);
  void wake(std::vector<Id>& waiters);
  /// One of them, by chance.
  void wake_one(std::vector<Id>& waiters);

  Time now() const { return now_; }
  std::mt19937_64& random() { return random_; }
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  const std::shared_ptr<Process>& process() const;

 private:
  struct Fiber;
  static void enter();
  void switch_to(Fiber& fiber);
  void suspend(Time wakes_at);

  std::mt19937_64 random_;
  Time now_{};
  std::map<Id, std::unique_ptr<Fiber>> fibers_;
  std::map<Id, std::vector<Id>> joiners_;
  std::vector<Id> runnable_;
  std::set<std::pair<Time, Id>> sleeping_;
  Fiber* running_ = nullptr;
  void* scheduler_ = nullptr;  // the context that run_until() runs in
  Id last_id_ = 0;
};

/// Its wall clock may be set wrong.
std::unique_ptr<Clock> make_clock(Fibers& fibers, std::chrono::minutes ahead = {});
std::unique_ptr<Random> make_random(Fibers& fibers);
/// Threads of `process`.
std::unique_ptr<Concurrency> make_concurrency(Fibers& fibers, std::shared_ptr<Process> process);

}  // namespace docmill::sim
