#include "output/failed_mark.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document/version.h"
#include "store/folder_store.h"
#include "unit/output/sample_record.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

class FailedMarkTest : public testing::Test {
 protected:
  ObjectStore& store() { return *store_; }
  const TemporaryFolder& folder() { return folder_; }
  static DocumentRecord failed(ErrorKind kind) {
    DocumentRecord record = full_record();
    record.status = DocumentStatus::failed;
    record.error_kind = kind;
    return record;
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_.path(), false).value();
};

TEST_F(FailedMarkTest, IsReadBackAndRemoved) {
  ASSERT_TRUE(write_failed_mark(store(), "a/b.pdf", failed(ErrorKind::corrupt)));
  const auto json = nlohmann::json::parse(folder().read("_docmill/failed/a/b.pdf.json"));
  EXPECT_EQ(json["error_kind"], "corrupt");
  EXPECT_EQ(json["docmill_version"], version);
  const auto mark = read_failed_mark(store(), "a/b.pdf").value().value();
  EXPECT_EQ(mark.docmill_version, version);
  EXPECT_EQ(mark.record.error_kind, ErrorKind::corrupt);
  EXPECT_EQ(mark.record.source_etag, "7-42");
  ASSERT_TRUE(remove_failed_mark(store(), "a/b.pdf"));
  EXPECT_FALSE(read_failed_mark(store(), "a/b.pdf").value());
  EXPECT_TRUE(remove_failed_mark(store(), "a/b.pdf"));
}

TEST_F(FailedMarkTest, ThatCannotBeReadCountsAsAbsent) {
  for (const std::string bytes : {"", "{", "[]", "{}", "null", "\xff\xfe"}) {
    folder().write("_docmill/failed/a.json", bytes);
    const auto mark = read_failed_mark(store(), "a");
    ASSERT_TRUE(mark) << mark.error().text();
    EXPECT_FALSE(*mark) << bytes;
  }
  folder().write("_docmill/failed/a.json", std::string(2 << 20, ' '));
  EXPECT_FALSE(read_failed_mark(store(), "a").value());
}

TEST_F(FailedMarkTest, HoldsWhileSourceRecipeAndVersionAreTheSame) {
  const FailedMark mark{.record = failed(ErrorKind::corrupt), .docmill_version = std::string(version)};
  EXPECT_TRUE(mark_holds(mark, "7-42", "0123456789abcdef", false));
  EXPECT_TRUE(mark_holds(mark, "7-42", "0123456789abcdef", true));
  EXPECT_FALSE(mark_holds(mark, "7-43", "0123456789abcdef", false));
  EXPECT_FALSE(mark_holds(mark, "7-42", "0123456789abcdee", false));
  EXPECT_FALSE(mark_holds({.record = mark.record, .docmill_version = std::string(version) + ".1"}, "7-42",
                          "0123456789abcdef", false));
}

TEST_F(FailedMarkTest, OfAnEncryptedDocumentHoldsWhileNoPasswordsAreGiven) {
  const FailedMark mark{.record = failed(ErrorKind::encrypted), .docmill_version = std::string(version)};
  EXPECT_TRUE(mark_holds(mark, "7-42", "0123456789abcdef", false));
  EXPECT_FALSE(mark_holds(mark, "7-42", "0123456789abcdef", true));
}

}  // namespace
}  // namespace docmill
