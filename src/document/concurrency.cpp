#include "document/concurrency.h"

#include <condition_variable>
#include <thread>
#include <utility>

namespace docmill {
namespace {

class SystemCondition final : public Condition {
 public:
  void wait(std::unique_lock<std::mutex>& lock) override { condition_.wait(lock); }
  void wait_until(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) override {
    condition_.wait_until(lock, deadline);
  }
  void notify_all() override { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

class SystemThread final : public RunningThread {
 public:
  explicit SystemThread(std::function<void()> body) : thread_(std::move(body)) {}

 private:
  std::jthread thread_;
};

class SystemConcurrency final : public Concurrency {
 public:
  std::unique_ptr<RunningThread> start(std::function<void()> body) override {
    return std::make_unique<SystemThread>(std::move(body));
  }
  std::unique_ptr<Condition> make_condition() override { return std::make_unique<SystemCondition>(); }
};

}  // namespace

bool wait_unless_stopped(Concurrency& concurrency, Clock& clock, const std::stop_token& stop,
                         std::chrono::milliseconds duration) {
  std::mutex mutex;
  const auto changed = concurrency.make_condition();
  const std::stop_callback on_stop(stop, [&] {
    const std::lock_guard lock(mutex);
    changed->notify_all();
  });
  const auto deadline = clock.steady_now() + duration;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested() && clock.steady_now() < deadline) changed->wait_until(lock, deadline);
  return !stop.stop_requested();
}

std::unique_ptr<Concurrency> make_system_concurrency() { return std::make_unique<SystemConcurrency>(); }

}  // namespace docmill
