#include "cli/options/bucket_access.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> BucketAccessOptions::options() {
  return {
      {.flag = "requester-pays",
       .heading = Heading::buckets,
       .help = "Pay for requests to a bucket whose owner asks for that.",
       .binding = bound::boolean<BucketAccessOptions>([](auto& access) -> auto& { return access.requester_pays; })},
      {.flag = "expected-bucket-owner",
       .value_name = "ACCOUNT",
       .heading = Heading::buckets,
       .help = "Account that must own the buckets; S3 refuses every request where another one does.",
       .default_text = "anybody",
       .binding = bound::to<BucketAccessOptions>(
           "12 digits", [](auto& access) -> auto& { return access.expected_owner; }, parse_account,
           [](const std::string& value) { return value; })},
  };
}

}  // namespace docmill
