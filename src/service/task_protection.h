// Scale-in protection of an ECS task while it has documents in hand.
//
// ECS may stop any task of a service to have fewer of them. A task that says that it is protected is left alone until
// the protection ends: docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/concurrency.h"
#include "mill/worker.h"
#include "net/http.h"

namespace docmill {

struct TaskProtectionSettings {
  net::Url agent;  // $ECS_AGENT_URI
  /// The protection ends by itself after so long (whole minutes, 1 to 2,880), so that a worker that dies does not keep
  /// its task for ever. It is renewed in the middle of its time.
  std::chrono::minutes expires_after{60};
  /// Nothing in hand for so long: the protection is given up. Between two messages it is kept.
  std::chrono::milliseconds idle_after{5'000};
  /// After a failure it is tried again so much later.
  std::chrono::milliseconds again_after{30'000};
};

/// The agent, where the value of ECS_AGENT_URI is one. Errors: invalid_input: no URL, or one of a host that is neither
/// this machine nor the agent's address (127.0.0.1, ::1, 169.254.170.2, .23, fd00:ec2::23), unless it is https.
Result<net::Url> parse_agent_url(std::string_view text);

/// Asks on a thread of its own, so no work ever waits for it; a failure is logged and nothing more. Ends with the
/// protection given up.
class TaskProtection final : public WorkerObserver {
 public:
  /// One exchange with the agent: HttpClient::send.
  using Send = std::function<Result<net::Response>(const net::Request&)>;

  /// `clock` and `concurrency` outlive it, and what `send` uses.
  TaskProtection(TaskProtectionSettings settings, Send send, Clock& clock, Concurrency& concurrency);
  TaskProtection(const TaskProtection&) = delete;
  TaskProtection& operator=(const TaskProtection&) = delete;
  ~TaskProtection() override;

  /// Errors: as start_thread().
  Result<void> start();
  void on_in_hand(std::size_t messages) override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void run();
  std::optional<Time> due_at(Time now) const;
  void ask(std::unique_lock<std::mutex>& lock, bool wanted);
  Result<void> put_state(bool enabled);

  const TaskProtectionSettings settings_;
  const Send send_;
  Clock& clock_;
  Concurrency& concurrency_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::unique_ptr<Condition> changed_;
  std::size_t in_hand_ = 0;
  Time idle_since_{};
  bool protected_ = false;
  Time renew_at_{};    // while it is protected
  Time not_before_{};  // after a failure
  bool ending_ = false;
  std::unique_ptr<RunningThread> thread_;
};

}  // namespace docmill
