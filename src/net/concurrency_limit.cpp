#include "net/concurrency_limit.h"

#include <algorithm>
#include <utility>

namespace docmill::net {
namespace {

using namespace std::chrono_literals;

constexpr double decrease = 0.7;
constexpr auto settle = 200ms;  // a few round trips

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(std::size_t max, Clock& clock)
    : clock_(clock), max_(static_cast<double>(max)), limit_(max_), lowered_at_(clock.steady_now() - settle) {}

bool ConcurrencyLimit::acquire(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, std::move(stop), [this] { return static_cast<double>(in_flight_) < limit_; })) return false;
  ++in_flight_;
  return true;
}

void ConcurrencyLimit::release() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  changed_.notify_one();
}

void ConcurrencyLimit::succeeded() {
  const std::lock_guard lock(mutex_);
  limit_ = std::min(max_, limit_ + 1 / limit_);
  changed_.notify_one();
}

void ConcurrencyLimit::throttled() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady_now();
  if (now - lowered_at_ < settle) return;
  lowered_at_ = now;
  limit_ = std::max(1.0, limit_ * decrease);
}

std::size_t ConcurrencyLimit::limit() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(limit_);
}

}  // namespace docmill::net
