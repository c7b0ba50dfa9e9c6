// The way to AWS, made when it is first needed: a program that works with folders starts no threads for it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "aws/client.h"
#include "net/caller.h"
#include "net/http_client.h"

namespace docmill::aws {

struct ConnectionSettings {
  std::string region;                 // empty: as the environment and the profile say
  std::string expected_bucket_owner;  // an account id; empty: whoever owns the buckets
};

/// Any thread may call any member.
class Connection {
 public:
  /// `clock` and `random` outlive it.
  Connection(ConnectionSettings settings, Clock& clock, Random& random)
      : settings_(std::move(settings)), clock_(clock), random_(random) {}

  /// The one client, which lives as long as this. Errors: invalid_input (a setting that is no URL, no region, no list
  /// of certificates), unavailable (no threads or descriptors). Credentials are looked for at its first call.
  Result<Client*> client();
  /// The client, where something has needed it so far; else null.
  Client* made();

 private:
  Result<void> connect();

  ConnectionSettings settings_;
  Clock& clock_;
  Random& random_;
  std::mutex mutex_;  // guards those below
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<net::Caller> caller_;
  std::unique_ptr<Client> client_;
};

}  // namespace docmill::aws
