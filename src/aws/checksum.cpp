#include "aws/checksum.h"

#include <aws/checksums/crc.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace docmill::aws {
namespace {

template <typename Number>
std::string big_endian(Number number) {
  std::string bytes;
  for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU);
  return bytes;
}

const std::uint8_t* data_of(std::span<const std::byte> bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// Null for a CRC.
const EVP_MD* digest_of(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::sha1:
      return EVP_sha1();
    case ChecksumKind::sha256:
      return EVP_sha256();
    case ChecksumKind::md5:
      return EVP_md5();
    default:
      return nullptr;
  }
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 128) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::ranges::count(text.substr(text.size() - 2), '='));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::optional<std::string> from_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::size_t high = digits.find(text[i]);
    const std::size_t low = digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high << 4U | low);
  }
  return bytes;
}

struct ChecksumHeader {
  std::string_view name;
  ChecksumKind kind;
  std::size_t size_bytes;
};
// Those first that take least time.
constexpr std::array<ChecksumHeader, 5> checksum_headers{{{"x-amz-checksum-crc32", ChecksumKind::crc32, 4},
                                                          {"x-amz-checksum-crc32c", ChecksumKind::crc32c, 4},
                                                          {"x-amz-checksum-crc64nvme", ChecksumKind::crc64nvme, 8},
                                                          {"x-amz-checksum-sha256", ChecksumKind::sha256, 32},
                                                          {"x-amz-checksum-sha1", ChecksumKind::sha1, 20}}};

// Amazon S3 API Reference, "Object": the MD5 for objects put in one piece, in plain text or encrypted by S3 itself.
std::optional<Checksum> md5_in(const net::Headers& headers) {
  const auto encryption = net::find(headers, "x-amz-server-side-encryption");
  if (encryption.value_or("AES256") != "AES256") return std::nullopt;
  if (net::find(headers, "x-amz-server-side-encryption-customer-algorithm")) return std::nullopt;
  std::string_view etag = net::find(headers, "etag").value_or("");
  if (etag.size() != 34 || !etag.starts_with('"') || !etag.ends_with('"')) return std::nullopt;
  auto value = from_hex(etag.substr(1, 32));
  if (!value) return std::nullopt;
  return Checksum{.kind = ChecksumKind::md5, .value = std::move(*value)};
}

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before) {
  return aws_checksums_crc32_ex(data_of(bytes), bytes.size(), before);
}

std::string crc32_bytes(std::uint32_t crc) { return big_endian(crc); }

std::string crc32_text(std::uint32_t crc) {
  const std::string bytes = big_endian(crc);
  std::array<unsigned char, 9> text{};
  EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return reinterpret_cast<const char*>(text.data());
}

ChecksumBuilder::ChecksumBuilder(ChecksumKind kind) : kind_(kind) {
  if (const EVP_MD* const algorithm = digest_of(kind); algorithm != nullptr) digest_.emplace(algorithm);
}

void ChecksumBuilder::update(std::span<const std::byte> bytes) {
  if (digest_) {
    digest_->update(bytes);
  } else if (kind_ == ChecksumKind::crc32) {
    crc_ = crc32(bytes, static_cast<std::uint32_t>(crc_));
  } else if (kind_ == ChecksumKind::crc32c) {
    crc_ = aws_checksums_crc32c_ex(data_of(bytes), bytes.size(), static_cast<std::uint32_t>(crc_));
  } else {
    crc_ = aws_checksums_crc64nvme_ex(data_of(bytes), bytes.size(), crc_);
  }
}

Checksum ChecksumBuilder::finish() {
  if (kind_ == ChecksumKind::crc64nvme) return {.kind = kind_, .value = big_endian(crc_)};
  return {.kind = kind_, .value = digest_ ? digest_->finish() : big_endian(static_cast<std::uint32_t>(crc_))};
}

std::optional<Checksum> checksum_in(const net::Headers& headers) {
  const bool of_parts = net::find(headers, "x-amz-checksum-type") == "COMPOSITE";
  for (const ChecksumHeader& known : checksum_headers) {
    const auto text = net::find(headers, known.name);
    if (!text || of_parts) continue;
    auto value = from_base64(*text);  // "abc=-3" is one of three parts
    if (value && value->size() == known.size_bytes) return Checksum{.kind = known.kind, .value = std::move(*value)};
  }
  return md5_in(headers);
}

}  // namespace docmill::aws
