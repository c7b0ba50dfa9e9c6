#include "base/concurrency.h"

#include <condition_variable>
#include <csignal>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "base/exceptions.h"
#include "base/failpoint.h"

namespace docmill {
namespace {

class SystemCondition final : public Condition {
 public:
  void wait(std::unique_lock<std::mutex>& lock) override { condition_.wait(lock); }
  void wait_until(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) override {
    condition_.wait_until(lock, deadline);
  }
  void notify_one() override { condition_.notify_one(); }
  void notify_all() override { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

class SystemThread final : public RunningThread {
 public:
  explicit SystemThread(std::jthread thread) : thread_(std::move(thread)) {}

 private:
  std::jthread thread_;
};

class SystemConcurrency final : public Concurrency {
 public:
  Result<std::unique_ptr<RunningThread>> start(std::function<void()> body, OnThreadLost lost) override {
    auto thread = start_thread([body = std::move(body)](const std::stop_token&) { body(); }, std::move(lost));
    if (!thread) return std::unexpected(std::move(thread).error());
    return std::make_unique<SystemThread>(*std::move(thread));
  }
  std::unique_ptr<Condition> make_condition() override { return std::make_unique<SystemCondition>(); }
};

/// For its life the calling thread, and each that it starts, takes no signal.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

std::unexpected<Error> no_thread(std::string_view reason) {
  return fail(ErrorKind::unavailable, "docmill",
              "no thread can be had (" + std::string(reason) +
                  "); grant more processes (ulimit -u, the control group's pids.max) or memory");
}

}  // namespace

Result<std::jthread> start_thread(std::function<void(const std::stop_token&)> body, OnThreadLost lost) {
  if (DOCMILL_FAILPOINT("thread_start")) return no_thread("failpoint");
  const SignalsBlocked blocked;
  try {
    return std::jthread([body = std::move(body), lost = std::move(lost)](const std::stop_token& stop) {
      try {
        body(stop);
      } catch (const std::exception& exception) {
        lost(error_of(exception));
      }
    });
  } catch (const std::exception& refused) {
    return no_thread(refused.what());
  }
}

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
