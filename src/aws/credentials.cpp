#include "aws/credentials.h"

#include <utility>

#include "telemetry/log.h"

#include <nlohmann/json.hpp>

namespace docmill::aws {
namespace {

using namespace std::chrono_literals;

constexpr auto renew_before = 5min;
/// An endpoint that is down is not asked with every call.
constexpr auto renew_again = 10s;

}  // namespace

CredentialCache::CredentialCache(std::unique_ptr<CredentialSource> source, Clock& clock)
    : source_(std::move(source)), clock_(clock) {}

bool CredentialCache::good_for(std::chrono::seconds time) const {
  return current_ && (!current_->expires_at || *current_->expires_at > clock_.wall_now() + time);
}

/// One caller fetches, with the lock given up; whoever comes meanwhile waits for what it brings.
Result<CredentialCache::Shared> CredentialCache::fetch(Lock& lock) {
  if (fetching_) {
    fetched_.wait(lock, [this] { return !fetching_; });
  } else {
    fetching_ = true;
    lock.unlock();
    auto result = source_->fetch();
    lock.lock();
    fetching_ = false;
    last_error_.reset();
    if (result)
      current_ = std::make_shared<const Credentials>(*std::move(result));
    else
      last_error_ = std::move(result).error();
    fetched_.notify_all();
  }
  if (last_error_) return std::unexpected(*last_error_);
  return current_;
}

Result<CredentialCache::Shared> CredentialCache::get() {
  Lock lock(mutex_);
  if (good_for(renew_before)) return current_;
  if (!good_for(0s)) return fetch(lock);
  if (fetching_ || clock_.wall_now() < next_renewal_) return current_;
  Shared old = current_;
  auto renewed = fetch(lock);
  if (renewed) return renewed;
  next_renewal_ = clock_.wall_now() + renew_again;
  log::warning("credentials_not_renewed",
               {{"error", renewed.error().text()}, {"expire_at", iso8601(*old->expires_at)}});
  return old;
}

Result<CredentialCache::Shared> CredentialCache::renew(const Shared& refused) {
  Lock lock(mutex_);
  if (current_ != refused && good_for(0s)) return current_;
  return fetch(lock);
}

}  // namespace docmill::aws
