// Checksums as S3 keeps them beside objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/digest.h"
#include "net/http.h"

namespace docmill::aws {

enum class ChecksumKind : std::uint8_t { crc32, crc32c, crc64nvme, sha1, sha256, md5 };

struct Checksum {
  ChecksumKind kind;
  std::string value;  // its bytes, the highest first

  bool operator==(const Checksum&) const = default;
};

/// CRC-32 of `bytes` behind what gave `before`.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);
/// Its four bytes, and as headers carry them: in base64.
std::string crc32_bytes(std::uint32_t crc);
std::string crc32_text(std::uint32_t crc);

/// Of bytes that come in pieces.
class ChecksumBuilder {
 public:
  explicit ChecksumBuilder(ChecksumKind kind);
  void update(std::span<const std::byte> bytes);
  Checksum finish();

 private:
  ChecksumKind kind_;
  std::uint64_t crc_ = 0;
  std::optional<Digest> digest_;  // nothing for a CRC
};

/// What an answer to GET or HEAD says of the whole object: the cheapest of its x-amz-checksum-* to compute, else its
/// etag where that is the MD5 of the bytes. Nothing where it says nothing that can be computed from the bytes alone:
/// checksums of checksums of parts, etags of multipart uploads and of objects encrypted with KMS.
std::optional<Checksum> checksum_in(const net::Headers& headers);

}  // namespace docmill::aws
