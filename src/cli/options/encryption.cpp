#include "cli/options/encryption.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

using Encryption = aws::S3Settings::Encryption;

}  // namespace

std::vector<Option> EncryptionOptions::options() {
  return {
      {.flag = "encryption",
       .value_name = "HOW",
       .heading = Heading::buckets,
       .help = "Encryption of what is written: as the bucket says itself, by S3's own keys (SSE-S3), or by a key of "
               "KMS (SSE-KMS).",
       .binding = bound::choice<EncryptionOptions, Encryption>(
           {{"bucket", Encryption::of_the_bucket}, {"s3", Encryption::s3}, {"kms", Encryption::kms}},
           [](auto& encryption) -> auto& { return encryption.how; })},
      {.flag = "kms-key-id",
       .value_name = "ID",
       .heading = Heading::buckets,
       .help = "With --encryption kms: the key's id, ARN or alias.",
       .default_text = "the account's own key for S3",
       .binding = bound::text<EncryptionOptions>([](auto& encryption) -> auto& { return encryption.kms_key_id; })},
  };
}

}  // namespace docmill
