// Credentials: where they come from, and how long they are good for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"

namespace docmill::aws {

/// Secrets: never in a log, an error or a file.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token{};  // empty for those of a user
  std::optional<WallTime> expires_at{};
};

/// Asks for credentials, each time anew. One thread at a time.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Errors: denied (there are none; says where it looked), unavailable or timed_out (a place that should have them
  /// does not answer).
  virtual Result<Credentials> fetch() = 0;
};

/// Keeps credentials while they are good. They are renewed five minutes before they expire, by one caller, while the
/// others go on with the old ones; if that fails, again after ten seconds. When they have expired, all wait for the
/// one. Any thread.
class CredentialCache {
 public:
  CredentialCache(std::unique_ptr<CredentialSource> source, Clock& clock);

  using Shared = std::shared_ptr<const Credentials>;
  Result<Shared> get();
  /// The service refused `refused`: fetch others, unless somebody has in the meantime.
  Result<Shared> renew(const Shared& refused);

 private:
  using Lock = std::unique_lock<std::mutex>;
  bool good_for(std::chrono::seconds time) const;
  Result<Shared> fetch(Lock& lock);

  const std::unique_ptr<CredentialSource> source_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable fetched_;
  bool fetching_ = false;
  Shared current_;
  std::optional<Error> last_error_;  // of the last fetch
  WallTime next_renewal_{};          // not before, after one that failed
};

}  // namespace docmill::aws
