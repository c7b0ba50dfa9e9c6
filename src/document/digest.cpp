#include "document/digest.h"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace docmill {
namespace {

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

}  // namespace

Digest::Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  if (EVP_DigestInit_ex(context_.get(), algorithm, nullptr) != 1) throw std::bad_alloc();
}

void Digest::update(std::span<const std::byte> bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), value.data(), &size);
  return {value.begin(), value.begin() + size};
}

std::string sha256_hex(std::span<const std::byte> bytes) {
  Digest sha256(EVP_sha256());
  sha256.update(bytes);
  return hex_of(sha256.finish());
}

std::string sha256_hex(std::string_view text) { return sha256_hex(std::as_bytes(std::span(text))); }

std::string sha256_hex(const Blob& blob) {
  Digest sha256(EVP_sha256());
  blob.visit_pieces([&](std::span<const std::byte> piece) { sha256.update(piece); });
  return hex_of(sha256.finish());
}

}  // namespace docmill
