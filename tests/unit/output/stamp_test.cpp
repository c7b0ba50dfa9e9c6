#include "output/stamp.h"

#include <gtest/gtest.h>

#include <random>

#include "document/page.h"
#include "document/version.h"
#include "output/document_table.h"
#include "store/folder_store.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

class Stamp : public testing::Test {
 protected:
  const OutputStamp stamp{.version = std::string(version),
                          .recipe_hash = "recipe",
                          .source_etag = "etag",
                          .source_sha256 = "sha",
                          .status = "partial"};

  void write_output(std::string_view key, std::uint32_t pages) {
    auto table = DocumentTable::create(store().create(key).value(), table_of(TableId::pages), {}, 1).value();
    for (std::uint32_t i = 0; i < pages; ++i) ASSERT_TRUE(table.add(*rows_of(PageRow(), TableId::pages)));
    ASSERT_TRUE(table.file().finish(metadata_of(stamp)));
    ASSERT_TRUE(table.file().commit(WriteCondition::always()).value());
  }
  void expect_no_stamp(const std::string& bytes) {
    folder_.write("damaged", bytes);
    const auto read = read_stamp(store(), "damaged");
    ASSERT_TRUE(read) << read.error().text();
    ASSERT_TRUE(*read);
    EXPECT_FALSE((*read)->stamp);
  }
  ObjectStore& store() { return *store_; }
  const TemporaryFolder& folder() { return folder_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_.path(), false).value();
};

TEST_F(Stamp, IsReadBack) {
  write_output("a", 3);
  const auto read = read_stamp(store(), "a").value().value();
  EXPECT_EQ(read.info.etag, store().head("a").value()->etag);
  ASSERT_TRUE(read.stamp);
  EXPECT_EQ(metadata_of(*read.stamp), metadata_of(stamp));
}

// Names of outputs that a later version knows are no reason not to trust the others.
TEST_F(Stamp, NamesTheOutputsThatItVouchesFor) {
  OutputStamp of_set = stamp;
  of_set.outputs = {{OutputId::words, "0123"}, {OutputId::page_images, "4567"}};
  const auto metadata = metadata_of(of_set);
  ASSERT_EQ(metadata.back(), std::pair(std::string("docmill.outputs"), std::string("words=0123,page_images=4567")));
  EXPECT_TRUE(of_set.vouches_for(OutputId::words, "0123"));
  EXPECT_FALSE(of_set.vouches_for(OutputId::words, "4567"));
  EXPECT_FALSE(of_set.vouches_for(OutputId::text, "0123"));
  auto table = DocumentTable::create(store().create("a").value(), table_of(TableId::pages), {}, 1).value();
  auto later = metadata;
  later.back().second = "later=89,words=0123,odd,page_images=4567";
  ASSERT_TRUE(table.file().finish(later));
  ASSERT_TRUE(table.file().commit(WriteCondition::always()).value());
  EXPECT_EQ(read_stamp(store(), "a").value().value().stamp->outputs, of_set.outputs);
}

TEST_F(Stamp, AStaleOutputIsRemovedAndACurrentOneIsNot) {
  write_output("a", 1);
  ASSERT_TRUE(remove_if_stale(store(), "a", "etag"));
  EXPECT_TRUE(store().head("a").value());
  ASSERT_TRUE(remove_if_stale(store(), "a", "newer"));
  EXPECT_FALSE(store().head("a").value());
  EXPECT_TRUE(remove_if_stale(store(), "a", "newer")) << "absence is no error";
}

TEST_F(Stamp, IsReadFromAFooterLongerThanTheFirstRead) {
  write_output("a", 100);
  const std::string bytes = folder().read("a");
  const auto footer_size = static_cast<unsigned char>(bytes[bytes.size() - 6]) << 16U;
  ASSERT_GE(footer_size, 64 * 1024);  // the test is one of a long footer
  const auto read = read_stamp(store(), "a").value().value();
  ASSERT_TRUE(read.stamp);
  EXPECT_EQ(read.stamp->source_etag, "etag");
}

TEST_F(Stamp, OfAnAbsentObjectIsNothing) { EXPECT_FALSE(read_stamp(store(), "none").value()); }

TEST_F(Stamp, WhatIsNoParquetHasNone) {
  using namespace std::string_literals;
  for (const auto& bytes : {""s, "PAR1"s, "PAR1PAR1"s, "hello world, this is no Parquet"s, "\0\0\0\0PAR1"s,
                            "\xff\xff\xff\xffPAR1"s, "\x04\0\0\0PAR1"s, "junk\x04\0\0\0PAR1"s})
    expect_no_stamp(bytes);
}

TEST_F(Stamp, OfATruncatedFileIsNone) {
  write_output("a", 3);
  const std::string whole = folder().read("a");
  for (std::size_t size = 0; size < whole.size(); size += 17) expect_no_stamp(whole.substr(0, size));
}

TEST_F(Stamp, OfADamagedFileIsReadWithoutACrash) {
  write_output("a", 3);
  const std::string whole = folder().read("a");
  std::mt19937 random(5);
  for (int i = 0; i < 1'000; ++i) {
    std::string damaged = whole;
    for (auto flips = random() % 4 + 1; flips-- > 0;)
      damaged[damaged.size() - 1 - random() % 1500] ^= static_cast<char>(1U << random() % 8);
    folder().write("damaged", damaged);
    EXPECT_TRUE(read_stamp(store(), "damaged").value());
  }
}

TEST_F(Stamp, MeansDoneOnlyForTheSameSourceRecipeAndMajorVersion) {
  EXPECT_TRUE(is_done(stamp, "etag", OutputId::text, "recipe"));
  EXPECT_FALSE(is_done(stamp, "other", OutputId::text, "recipe"));
  EXPECT_FALSE(is_done(stamp, "etag", OutputId::text, "other"));
  const std::string major(version.substr(0, version.find('.')));
  auto other = stamp;
  other.version = major + ".99.99";
  EXPECT_TRUE(is_done(other, "etag", OutputId::text, "recipe"));
  other.version = major + "1.0.0";
  EXPECT_FALSE(is_done(other, "etag", OutputId::text, "recipe"));
}

TEST_F(Stamp, OfARetryIsNotDone) {
  auto retry = stamp;
  retry.status = "retry";
  EXPECT_FALSE(is_done(retry, "etag", OutputId::text, "recipe"));
  retry.status = "ok";
  EXPECT_TRUE(is_done(retry, "etag", OutputId::text, "recipe"));
}

}  // namespace
}  // namespace docmill
