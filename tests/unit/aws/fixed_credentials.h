// Credentials for tests, with words in them that must not show up anywhere.
#pragma once

#include <atomic>
#include <functional>

#include "aws/credentials.h"

namespace docmill::aws {

inline Credentials canary_credentials() {
  return {.access_key_id = "AKIDEXAMPLE", .secret_access_key = "CANARY-SECRET", .session_token = "CANARY-TOKEN"};
}

class ScriptedCredentials final : public CredentialSource {
 public:
  explicit ScriptedCredentials(std::function<Result<Credentials>(int call)> script) : script_(std::move(script)) {}
  Result<Credentials> fetch() override { return script_(++calls_); }

 private:
  std::function<Result<Credentials>(int)> script_;
  int calls_ = 0;
};

inline std::unique_ptr<CredentialSource> fixed_credentials() {
  return std::make_unique<ScriptedCredentials>([](int) { return canary_credentials(); });
}

}  // namespace docmill::aws
