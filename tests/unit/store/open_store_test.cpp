// What people name: files and folders, by links too, and what is neither.
#include "store/open_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OpenNamed : public testing::Test {
 protected:
  Result<NamedStore> open(const fs::path& path) { return stores_.open_named(place_of(path)); }
  Error error_of(const fs::path& path) {
    const auto named = open(path);
    EXPECT_FALSE(named);
    return named ? Error{} : named.error();
  }
  static std::vector<std::string> keys(const NamedStore& named, const ListOptions& options = {}) {
    std::vector<std::string> keys;
    const auto listing = named.store->list(options).value();
    while (const auto info = listing->next().value()) keys.push_back(info->key);
    return keys;
  }

  TemporaryFolder folder_;

 private:
  const std::unique_ptr<Clock> clock_ = make_system_clock();
  const std::unique_ptr<Random> random_ = make_system_random();
  aws::Connection connection_{{}, *clock_, *random_};
  Stores stores_{connection_, {}, *clock_, *random_};

 protected:
  Stores linked_{connection_, {.follow_links = true, .s3 = {}, .listing = {}}, *clock_, *random_};
};

TEST_F(OpenNamed, AFolderHasItsObjects) {
  folder_.write("in/a.pdf", "a");
  folder_.write("in/b/c.pdf", "c");
  const auto named = open(folder_ / "in").value();
  EXPECT_THAT(keys(named), ElementsAre("a.pdf", "b/c.pdf"));
  EXPECT_EQ(named.place, place_of(folder_ / "in"));
  EXPECT_EQ(named.only, std::nullopt);
}

TEST_F(OpenNamed, AFileIsTheOneObjectOfItsFolder) {
  folder_.write("in/a b.pdf", "a");
  folder_.write("in/c.pdf", "c");
  const auto named = open(folder_ / "in/a b.pdf").value();
  EXPECT_EQ(named.place, place_of(folder_ / "in"));
  EXPECT_EQ(named.only, "a b.pdf");
  EXPECT_THAT(keys(named), ElementsAre("a b.pdf"));
  EXPECT_THAT(keys(named, {.prefix = "b"}), IsEmpty());
  EXPECT_THAT(keys(named, {.start_after = "a b.pdf"}), IsEmpty());
  EXPECT_EQ(named.store->uri("a b.pdf"), "file://" + (folder_ / "in/a b.pdf").string());
  EXPECT_EQ(named.store->get("a b.pdf", 10)->blob.text(), "a");
  EXPECT_EQ(named.store->read_range("a b.pdf", 0, 10), "a");
  EXPECT_EQ(named.store->head("a b.pdf").value()->size_bytes, 1U);
  EXPECT_EQ(named.store->head("c.pdf").value(), std::nullopt);
  EXPECT_EQ(named.store->get("c.pdf", 10).error().kind, ErrorKind::source_gone);
  EXPECT_EQ(named.store->create("c.pdf").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(named.store->remove("c.pdf").error().kind, ErrorKind::invalid_input);
}

TEST_F(OpenNamed, ALinkMayLeadAnywhereAndKeepsItsName) {
  folder_.write("elsewhere/x.pdf", "x");
  fs::create_directory(folder_ / "in");
  fs::create_symlink(folder_ / "elsewhere/x.pdf", folder_ / "in/a.pdf");
  fs::create_directory_symlink(folder_ / "elsewhere", folder_ / "in/all");
  const auto file = open(folder_ / "in/a.pdf").value();
  EXPECT_EQ(file.store->uri("a.pdf"), "file://" + (folder_ / "in/a.pdf").string());
  EXPECT_EQ(file.store->get("a.pdf", 10)->blob.text(), "x");
  EXPECT_EQ(file.store->get("a.pdf", 10)->info.key, "a.pdf");
  EXPECT_THAT(keys(open(folder_ / "in/all").value()), ElementsAre("x.pdf"));
}

TEST_F(OpenNamed, LinksBelowAFolderAreFollowedWhereTheSettingsSaySo) {
  folder_.write("elsewhere/x.pdf", "x");
  folder_.write("in/own.pdf", "own");
  fs::create_symlink(folder_ / "elsewhere/x.pdf", folder_ / "in/a.pdf");
  EXPECT_THAT(keys(open(folder_ / "in").value()), ElementsAre("own.pdf"));
  EXPECT_THAT(keys(linked_.open_named(place_of(folder_ / "in")).value()), ElementsAre("a.pdf", "own.pdf"));
}

TEST_F(OpenNamed, WhatIsNeitherIsTold) {
  folder_.write("a.pdf", "a");
  fs::create_symlink("nowhere", folder_ / "dangling");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const char* name : {"none", "none/none", "a.pdf/b.pdf", "dangling"}) {
    EXPECT_EQ(error_of(folder_ / name).kind, ErrorKind::not_found) << name;
    EXPECT_THAT(error_of(folder_ / name).text(), HasSubstr("there is no such file or folder"));
  }
  EXPECT_EQ(error_of(folder_ / "pipe").kind, ErrorKind::invalid_input);
  EXPECT_THAT(error_of(folder_ / "pipe").text(), HasSubstr("neither a file nor a folder"));
}

}  // namespace
}  // namespace docmill
