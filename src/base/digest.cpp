#include "base/digest.h"

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

/// To be called once for each: EVP_sha256() is looked for by its name for each digest, which takes longer than hashing
/// a page.
const EVP_MD* fetched(const char* name, const EVP_MD* otherwise) {
  const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  return algorithm != nullptr ? algorithm : otherwise;
}

const EVP_MD* sha256() {
  static const EVP_MD* const algorithm = fetched("SHA256", EVP_sha256());
  return algorithm;
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
  Digest digest(sha256());
  digest.update(bytes);
  return hex_of(digest.finish());
}

std::string sha256_hex(std::string_view text) { return sha256_hex(std::as_bytes(std::span(text))); }

std::string sha1(std::string_view text) {
  static const EVP_MD* const algorithm = fetched("SHA1", EVP_sha1());
  Digest digest(algorithm);
  digest.update(std::as_bytes(std::span(text)));
  return digest.finish();
}

std::optional<std::string> md5_hex(const Blob& blob) {
  const std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> md5(EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_free);
  if (md5 == nullptr) return std::nullopt;
  Digest digest(md5.get());
  blob.visit_pieces([&](std::span<const std::byte> piece) { digest.update(piece); });
  return hex_of(digest.finish());
}

std::string sha256_hex(const Blob& blob) {
  Digest digest(sha256());
  blob.visit_pieces([&](std::span<const std::byte> piece) { digest.update(piece); });
  return hex_of(digest.finish());
}

}  // namespace docmill
