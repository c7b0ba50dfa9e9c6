#include "service/task_protection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "telemetry/log.h"
#include "telemetry/thread_lost.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t answer_size_bytes_max = std::size_t{64} << 10U;
/// The agent asks ECS's own API, and waits for it up to so long.
constexpr std::chrono::milliseconds answer_timeout = 10s;
/// At its end a worker has no time to wait: the protection ends by itself.
constexpr std::chrono::milliseconds last_answer_timeout = 2s;

bool is_agent_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  constexpr std::array<std::string_view, 6> hosts{"localhost",     "127.0.0.1",      "::1",
                                                  "169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return std::ranges::find(hosts, host) != hosts.end();
}

/// The agent may answer 200 and say in the body that it failed.
std::string failure_in(const net::Response& response) {
  const auto body = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (body.is_object())
    for (const char* const member : {"failure", "error"})
      if (const auto found = body.find(member); found != body.end() && !found->is_null()) return found->dump();
  return response.head.ok() ? "" : fmt::format("status {}", response.head.status);
}

}  // namespace

Result<net::Url> parse_agent_url(std::string_view text) {
  auto url = net::parse_url(text);
  if (!url) return url;
  if (!url->endpoint.tls && !is_agent_host(url->endpoint.host))
    return fail(ErrorKind::invalid_input, "ECS_AGENT_URI",
                "expected this machine or the address of the ECS agent, found " + url->endpoint.host);
  return url;
}

TaskProtection::TaskProtection(TaskProtectionSettings settings, Send send, Clock& clock, Concurrency& concurrency)
    : settings_(std::move(settings)),
      send_(std::move(send)),
      clock_(clock),
      concurrency_(concurrency),
      changed_(concurrency.make_condition()) {}

Result<void> TaskProtection::start() {
  auto thread = concurrency_.start([this] { run(); }, log::tell_lost("task protection"));
  if (!thread) return std::unexpected(std::move(thread).error());
  thread_ = *std::move(thread);
  return {};
}

TaskProtection::~TaskProtection() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_->notify_all();
  }
  stop_.request_stop();  // whatever it asks just now
  thread_.reset();
}

void TaskProtection::on_in_hand(std::size_t messages) {
  const std::lock_guard lock(mutex_);
  if ((messages > 0) == (in_hand_ > 0)) {
    in_hand_ = messages;
    return;
  }
  in_hand_ = messages;
  idle_since_ = clock_.steady_now();
  changed_->notify_all();
}

void TaskProtection::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const Time now = clock_.steady_now();
    const auto due = due_at(now);
    if (!due)
      changed_->wait(lock);
    else if (*due > now)
      changed_->wait_until(lock, *due);
    else
      ask(lock, in_hand_ > 0 || now < idle_since_ + settings_.idle_after);
  }
  if (!protected_) return;
  lock.unlock();
  if (auto put = put_state(false); !put) log::warning("task_protection_failed", {{"reason", put.error().text()}});
}

/// When the agent is to be asked for something, if nothing changes.
std::optional<TaskProtection::Time> TaskProtection::due_at(Time now) const {
  if (in_hand_ == 0 && !protected_) return std::nullopt;
  Time due = protected_ ? renew_at_ : now;
  if (in_hand_ == 0) due = std::min(due, idle_since_ + settings_.idle_after);
  return std::max(due, not_before_);
}

void TaskProtection::ask(std::unique_lock<std::mutex>& lock, bool wanted) {
  lock.unlock();
  const auto put = put_state(wanted);
  const Time now = clock_.steady_now();
  lock.lock();
  if (!put) {
    // What was in force stays in force until it ends by itself.
    not_before_ = now + settings_.again_after;
    if (!ending_) log::warning("task_protection_failed", {{"enabled", wanted}, {"reason", put.error().text()}});
    return;
  }
  protected_ = wanted;
  renew_at_ = now + settings_.expires_after / 2;
  log::debug("task_protection", {{"enabled", wanted}});
}

Result<void> TaskProtection::put_state(bool enabled) {
  nlohmann::json state{{"ProtectionEnabled", enabled}};
  if (enabled) state["ExpiresInMinutes"] = settings_.expires_after.count();
  const std::string body = state.dump();
  std::string target = settings_.agent.target;
  while (target.ends_with('/')) target.pop_back();
  const bool last = stop_.stop_requested();
  const auto timeout = last ? last_answer_timeout : answer_timeout;
  const auto response = send_({.method = "PUT",
                               .endpoint = settings_.agent.endpoint,
                               .target = target + "/task-protection/v1/state",
                               .headers = {{.name = "Content-Type", .value = "application/json"}},
                               .body = std::string_view(body),
                               .body_size_bytes_max = answer_size_bytes_max,
                               .timeout = timeout,
                               .answer_timeout = timeout,
                               .stop = last ? std::stop_token() : stop_.get_token()});
  if (!response) return std::unexpected(response.error());
  if (const std::string failure = failure_in(*response); !failure.empty())
    return fail(ErrorKind::unavailable, "ECS task protection", failure);
  return {};
}

}  // namespace docmill
