// What the names mean by which AWS says what went wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace docmill::aws {

/// Cut by what is to be done.
enum class Cause : std::uint8_t {
  throttled,    // fewer requests
  passing,      // the service's own trouble, or a request that met another one: again after a while
  no_such,      // bucket, object or queue
  denied,       // a permission
  credentials,  // expired, or of nobody
  signature,    // the secret key, or what was signed
  clock,        // this machine's
  region,       // the bucket is in another one
  archived,     // this object: it has to be restored first
  kms_key,      // the key that encrypts: it may not be used, or cannot
  name,         // this object's name, which no object can have
  request,      // not what the service takes
};

/// Nothing for a name that is not known: its status has to tell. `code` is the bare name: "KmsThrottled",
/// "KMS.NotFoundException", "NoSuchBucket".
std::optional<Cause> cause_of(std::string_view code);

/// "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue;Sender": the name alone, as the
/// services write it today.
std::string_view bare_code(std::string_view code);

/// The name of KMS's own error in one that S3 or SQS pass on: "Disabled" of "KMS.DisabledException" and "KmsDisabled";
/// empty for what is none.
std::string_view kms_error(std::string_view code);

}  // namespace docmill::aws
