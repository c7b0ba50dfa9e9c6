#include "store/spool.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "aws/checksum.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string text_of(const net::RequestBody& body) {
  if (const auto* text = std::get_if<std::string_view>(&body)) return std::string(*text);
  const auto& range = std::get<net::FileRange>(body);
  std::string text(range.length, '\0');
  EXPECT_EQ(::pread(range.fd, text.data(), text.size(), static_cast<off_t>(range.offset)),
            static_cast<ssize_t>(text.size()));
  return text;
}

TEST(Spool, StaysInMemoryUpToItsLimitAndGoesToAFileBeyond) {
  Spool spool(10);
  ASSERT_TRUE(spool.write(bytes_of("01234")));
  ASSERT_TRUE(spool.write(bytes_of("56789")));
  EXPECT_TRUE(std::holds_alternative<std::string_view>(spool.part(0, 10)));
  ASSERT_TRUE(spool.write(bytes_of("abc")));
  EXPECT_TRUE(std::holds_alternative<net::FileRange>(spool.part(0, 13)));
  EXPECT_EQ(spool.size_bytes(), 13U);
  EXPECT_EQ(text_of(spool.part(0, 13)), "0123456789abc");
  EXPECT_EQ(text_of(spool.part(8, 4)), "89ab");
}

TEST(Spool, ChecksumsOfItsPartsAreThoseOfTheBytes) {
  const std::string text(1'000'000, 'x');
  for (const std::size_t in_memory : {std::size_t{10}, text.size()}) {
    Spool spool(in_memory);
    ASSERT_TRUE(spool.write(bytes_of(text)));
    EXPECT_EQ(spool.crc32(0, text.size()), aws::crc32(bytes_of(text)));
    EXPECT_EQ(spool.crc32(7, 600'000), aws::crc32(bytes_of(text).subspan(7, 600'000)));
    EXPECT_EQ(spool.crc32(7, 0), 0U);
  }
}

TEST(Spool, ItsFileHasNoName) {
  const TemporaryFolder folder;
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  Spool spool(1);
  ASSERT_TRUE(spool.write(bytes_of("more than one")));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  ::unsetenv("TMPDIR");
}

TEST(Spool, WithoutAFolderForTemporaryFilesItIsUnavailable) {
  ::setenv("TMPDIR", "/nowhere", 1);
  Spool spool(1);
  const auto written = spool.write(bytes_of("more than one"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace docmill
