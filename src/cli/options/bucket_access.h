// On which terms buckets of others are used.
#pragma once

#include <string>
#include <vector>

#include "aws/s3.h"
#include "cli/option.h"

namespace docmill {

struct BucketAccessOptions {
  bool requester_pays = aws::S3Settings{}.requester_pays;
  std::string expected_owner;  // an account id; empty: whoever owns the buckets

  static std::vector<Option> options();
};

}  // namespace docmill
