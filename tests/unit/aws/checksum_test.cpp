#include "aws/checksum.h"

#include <gtest/gtest.h>

#include <string_view>

namespace docmill::aws {
namespace {

using namespace std::string_view_literals;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// In two pieces.
std::string checksum_of(ChecksumKind kind, std::string_view text) {
  ChecksumBuilder checksum(kind);
  checksum.update(bytes_of(text.substr(0, 3)));
  checksum.update(bytes_of(text.substr(3)));
  return checksum.finish().value;
}

// The check values of the catalogue of CRC algorithms (reveng.sourceforge.io), of "123456789".
TEST(Checksum, HasThePublishedCheckValues) {
  constexpr std::string_view digits = "123456789";
  EXPECT_EQ(checksum_of(ChecksumKind::crc32, digits), "\xcb\xf4\x39\x26");
  EXPECT_EQ(checksum_of(ChecksumKind::crc32c, digits), "\xe3\x06\x92\x83");
  EXPECT_EQ(checksum_of(ChecksumKind::crc64nvme, digits), "\xae\x8b\x14\x86\x0a\x79\x98\x88");
  EXPECT_EQ(crc32_text(crc32(bytes_of(digits))), "y/Q5Jg==");
}

TEST(Checksum, OfPiecesIsThatOfTheWhole) {
  EXPECT_EQ(crc32(bytes_of("6789"), crc32(bytes_of("12345"))), crc32(bytes_of("123456789")));
}

// sha256, sha1 and md5 of "hello", from coreutils.
TEST(ChecksumIn, TakesWhatTheServerSays) {
  const net::Headers sha256{{"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}};
  const net::Headers sha1{{"X-Amz-Checksum-SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="}};
  const net::Headers md5{{"ETag", "\"5d41402abc4b2a76b9719d911017c592\""}};
  for (const auto& headers : {sha256, sha1, md5}) {
    const auto checksum = checksum_in(headers);
    ASSERT_TRUE(checksum);
    EXPECT_EQ(checksum_of(checksum->kind, "hello"), checksum->value);
  }
}

TEST(ChecksumIn, PrefersTheOneThatIsQuickToCompute) {
  const net::Headers both{{"etag", "\"5d41402abc4b2a76b9719d911017c592\""},
                          {"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
                          {"x-amz-checksum-crc32", "NhCmhg=="}};
  EXPECT_EQ(checksum_in(both)->kind, ChecksumKind::crc32);
}

TEST(ChecksumIn, ChecksumsOfPartsAndEtagsThatAreNoMd5AreNone) {
  const net::Header md5{"ETag", "\"5d41402abc4b2a76b9719d911017c592\""};
  for (const net::Headers& headers : {net::Headers{},
                                      {{"ETag", "\"5d41402abc4b2a76b9719d911017c592-2\""}},
                                      {{"ETag", "\"xyz\""}},
                                      {{"ETag", ""}},
                                      {md5, {"x-amz-server-side-encryption", "aws:kms"}},
                                      {md5, {"x-amz-server-side-encryption-customer-algorithm", "AES256"}},
                                      {{"x-amz-checksum-crc32", "NhCmhg==-3"}},
                                      {{"x-amz-checksum-crc32", "NhCmhg=="}, {"x-amz-checksum-type", "COMPOSITE"}},
                                      {{"x-amz-checksum-crc32", "not base64!!"}},
                                      {{"x-amz-checksum-crc32", "NhCmhgAA"}}})
    EXPECT_FALSE(checksum_in(headers));
}

TEST(ChecksumIn, AnEtagUnderS3sOwnEncryptionIsAnMd5) {
  EXPECT_EQ(
      checksum_in({{"ETag", "\"5d41402abc4b2a76b9719d911017c592\""}, {"x-amz-server-side-encryption", "AES256"}})->kind,
      ChecksumKind::md5);
}

}  // namespace
}  // namespace docmill::aws
