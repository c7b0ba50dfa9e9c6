// The chosen profile of ~/.aws/config and ~/.aws/credentials, as the AWS Common Runtime reads these files.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/settings.h"

struct aws_profile;
struct aws_profile_collection;

namespace docmill::aws {

/// Empty where there are no such files, or no such profile. One thread at a time.
class Profile {
 public:
  const std::string& name() const { return name_; }
  std::optional<std::string> get(std::string_view key) const;
  /// endpoint_url of one service, from the `services` section that the profile names.
  std::optional<std::string> service_endpoint(std::string_view service) const;

 private:
  friend Profile read_profile(const Environment& environment);
  std::string name_;
  std::shared_ptr<aws_profile_collection> files_;
  const aws_profile* profile_ = nullptr;
};

/// AWS_PROFILE, else "default"; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else the files below HOME.
Profile read_profile(const Environment& environment);

}  // namespace docmill::aws
