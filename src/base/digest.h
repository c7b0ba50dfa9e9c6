// Message digests, as OpenSSL computes them.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/blob.h"

namespace docmill {

/// Of bytes that come in pieces.
class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm);
  void update(std::span<const std::byte> bytes);
  /// Its bytes. Once.
  std::string finish();

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

/// 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);
std::string sha256_hex(const Blob& blob);
/// 20 bytes: for names, where nobody means harm.
std::string sha1(std::string_view text);
/// 32 lower-case hex digits: for comparing with etags, where nobody means harm. Nothing where OpenSSL has it switched
/// off.
std::optional<std::string> md5_hex(const Blob& blob);

}  // namespace docmill
