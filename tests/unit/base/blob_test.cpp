// Bytes of a document: in memory and in sealed files, read in pieces, hashed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "base/blob.h"
#include "base/digest.h"

namespace docmill {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Sha256, IsThatOfTheStandard) {  // FIPS 180-2, appendix B
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfABlobInPiecesIsThatOfItsBytes) {
  std::string text(9 << 20, 'a');
  text[5 << 20] = 'b';
  const auto blob = make_blob(bytes_of(text)).value();
  EXPECT_EQ(sha256_hex(blob), sha256_hex(text));
  EXPECT_EQ(blob.text(), text);
}

TEST(Blob, HoldsItsBytes) {
  const auto blob = make_blob(bytes_of("hello")).value();
  EXPECT_EQ(blob.size_bytes(), 5U);
  EXPECT_EQ(blob.text(), "hello");
  EXPECT_EQ(make_blob({}).value().size_bytes(), 0U);
}

TEST(Blob, HasAFileWhereItIsNotSmall) {
  const std::string text(small_blob_size_bytes_max + 1, 'x');
  const auto small = make_blob(bytes_of(text).first(small_blob_size_bytes_max)).value();
  const auto large = make_blob(bytes_of(text)).value();
  EXPECT_FALSE(small.file());
  EXPECT_TRUE(large.file());
  EXPECT_EQ(small.text(), text.substr(1));
  EXPECT_EQ(large.text(), text);
  EXPECT_TRUE(make_memory_file(bytes_of("hello")).value().file());
}

TEST(Blob, IsSealedAgainstEveryChange) {
  const auto blob = make_memory_file(bytes_of("hello")).value();
  const int file = blob.file().value();
  EXPECT_EQ(::pwrite(file, "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::pwrite(file, "x", 1, 100), -1);
  EXPECT_EQ(::ftruncate(file, 1), -1);
  EXPECT_EQ(::ftruncate(file, 100), -1);
  EXPECT_EQ(::mmap(nullptr, 5, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), MAP_FAILED);
  EXPECT_EQ(::fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), -1);
  EXPECT_EQ(::fcntl(file, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

TEST(Blob, IsReadInPieces) {
  for (const auto make : {make_blob, make_memory_file}) {
    const auto blob = make(bytes_of("hello")).value();
    std::array<std::byte, 4> piece{};
    const auto text_of = [&](std::size_t size) {
      return std::string(reinterpret_cast<const char*>(piece.data()), size);
    };
    EXPECT_EQ(text_of(blob.read(0, piece)), "hell");
    EXPECT_EQ(text_of(blob.read(3, piece)), "lo");
    EXPECT_EQ(blob.read(5, piece), 0U);
    EXPECT_EQ(blob.read(9, piece), 0U);
  }
}

TEST(Blob, MovesWithItsBytes) {
  for (const auto make : {make_blob, make_memory_file}) {
    auto blob = make(bytes_of("hello")).value();
    Blob other = std::move(blob);
    EXPECT_EQ(other.text(), "hello");
    EXPECT_EQ(blob.size_bytes(), 0U);  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_EQ(blob.text(), "");
    other = Blob();
    EXPECT_EQ(other.size_bytes(), 0U);
    EXPECT_EQ(other.text(), "");
  }
}

TEST(BlobBuilder, ReadsAFileUpToItsLimit) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  const std::string text(300'000, 'x');
  ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const auto read = [&](std::uint64_t size_bytes_max) {
    ::lseek(file.get(), 0, SEEK_SET);
    BlobBuilder builder;
    auto appended = builder.append_file(file.get(), size_bytes_max);
    return appended ? Result<Blob>(std::move(builder).seal()) : std::unexpected(appended.error());
  };
  EXPECT_EQ(read(300'000)->size_bytes(), 300'000U);
  EXPECT_EQ(read(299'999).error().kind, ErrorKind::limit_bytes);
}

TEST(BlobBuilder, MovesToAFileWhenItGrows) {
  BlobBuilder builder;
  std::string text;
  for (const std::size_t size : {std::size_t{1}, small_blob_size_bytes_max - 1, std::size_t{1}, std::size_t{5}}) {
    const std::string piece(size, static_cast<char>('a' + text.size() % 26));
    text += piece;
    ASSERT_TRUE(builder.append(bytes_of(piece)));
  }
  const auto blob = std::move(builder).seal().value();
  EXPECT_TRUE(blob.file());
  EXPECT_EQ(blob.text(), text);
}

TEST(BlobBuilder, TakesPartsInAnyOrder) {
  for (const std::size_t half : {std::size_t{5}, small_blob_size_bytes_max}) {
    BlobBuilder builder;
    const std::string a(half, 'a');
    const std::string b(half, 'b');
    ASSERT_TRUE(builder.resize(2 * half));
    ASSERT_TRUE(builder.write_at(half, bytes_of(b)));
    ASSERT_TRUE(builder.write_at(0, bytes_of(a)));
    EXPECT_EQ(std::move(builder).seal().value().text(), a + b);
  }
}

TEST(BlobBuilder, ResizedOnceMoreItHasTheLastSize) {
  for (const std::size_t size : {std::size_t{100}, 2 * small_blob_size_bytes_max}) {
    BlobBuilder builder;
    ASSERT_TRUE(builder.resize(size));
    ASSERT_TRUE(builder.resize(3));
    EXPECT_EQ(std::move(builder).seal().value().text(), std::string(3, '\0'));
  }
}

}  // namespace
}  // namespace docmill
