// SHA-256 in the child, which is linked without OpenSSL: qpdf's own.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

class QPDFCryptoImpl;

namespace docmill::extract {

class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  /// 64 hex digits, in lower case. The last call.
  std::string hex();

 private:
  std::shared_ptr<QPDFCryptoImpl> state_;
};

std::string sha256_hex_of(std::span<const std::byte> bytes);

}  // namespace docmill::extract
