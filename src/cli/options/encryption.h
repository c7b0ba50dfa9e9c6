// How S3 encrypts what is written.
#pragma once

#include <string>
#include <vector>

#include "aws/s3.h"
#include "cli/option.h"

namespace docmill {

struct EncryptionOptions {
  aws::S3Settings::Encryption how = aws::S3Settings{}.encryption;
  std::string kms_key_id;  // with `kms`; empty for the account's own key

  static std::vector<Option> options();
};

}  // namespace docmill
