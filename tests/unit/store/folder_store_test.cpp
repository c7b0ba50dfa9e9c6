// What only a folder can get wrong: links, special files, permissions, full disks, foreign writers.
#include "store/folder_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "store/beneath.h"
#include "store/folder.h"
#include "store/temporaries.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

class FolderStore : public testing::Test {
 protected:
  ObjectStore& store() { return *store_; }
  const TemporaryFolder& folder() { return folder_; }

  std::vector<std::string> keys() { return keys(store()); }
  std::vector<std::string> keys(ObjectStore& listed) {
    std::vector<std::string> keys;
    left_out_told_.clear();
    const auto tell = [this](LeftOut reason, std::string_view entry) {
      left_out_told_.push_back(std::string(name_of(reason)) + " " + std::string(entry));
    };
    auto listing = listed.list({.leave_out = leave_out_, .on_left_out = tell}).value();
    for (;;) {
      auto info = listing->next();
      if (!info) {
        keys.push_back(std::string(name_of(info.error().kind)));
      } else if (!*info) {
        return keys;
      } else {
        keys.push_back((*info)->key);
      }
    }
  }
  /// By the last keys(), in the order of the entries.
  std::vector<std::string> left_out() {
    std::ranges::sort(left_out_told_, {}, [](const std::string& told) { return told.substr(told.find(' ')); });
    return left_out_told_;
  }
  std::function<bool(std::string_view)> leave_out_;
  std::vector<std::string> names_in(const fs::path& path) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

 private:
  std::vector<std::string> left_out_told_;
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_folder_store(folder_.path(), false).value();
};

TEST_F(FolderStore, OpeningAFolderThatIsNotThereIsNotFound) {
  EXPECT_EQ(open_folder_store(folder() / "none", false).error().kind, ErrorKind::not_found);
  folder().write("file", "");
  EXPECT_EQ(open_folder_store(folder() / "file", false).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(open_folder_store(folder() / "new/folder", true));
  EXPECT_TRUE(fs::is_directory(folder() / "new/folder"));
}

TEST_F(FolderStore, UriIsAbsoluteAndEncodesWhatIsNotPrintableUtf8) {
  const std::string root = "file://" + folder().path().string() + "/";
  EXPECT_EQ(store().uri("a b/\u00fc.pdf"), root + "a b/\u00fc.pdf");
  EXPECT_EQ(store().uri("100%\n\x7f"), root + "100%25%0A%7F");
  EXPECT_EQ(store().uri("\xff\xc3"), root + "%FF%C3");
  EXPECT_EQ(store().uri("\xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80"), root + "%C0%80 %ED%A0%80 %F4%90%80%80");
  EXPECT_EQ(store().uri("\xc2\x85|\u20ac|\U0001F600"), root + "%C2%85|\u20ac|\U0001F600");
}

TEST_F(FolderStore, UriOfARelativeRootIsAbsolute) {
  const auto relative = open_folder_store(fs::relative(folder().path()), false).value();
  EXPECT_EQ(relative->uri("a"), "file://" + fs::canonical(folder().path()).string() + "/a");
}

TEST_F(FolderStore, EtagIsSizeAndModificationTime) {
  folder().write("a", "12345");
  const timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = 1'700'000'000, .tv_nsec = 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder() / "a").c_str(), times, 0), 0);
  const auto info = store().head("a").value().value();
  EXPECT_EQ(info.etag, "5-1700000000123456789");
  EXPECT_EQ(iso8601(info.modified_at), "2023-11-14T22:13:20.123456Z");
}

TEST_F(FolderStore, LinksInsideAreOpenedAndNotListedAgain) {
  folder().write("real/a.pdf", "inside");
  fs::create_symlink("real/a.pdf", folder() / "link.pdf");
  fs::create_symlink(folder() / "real/a.pdf", folder() / "absolute.pdf");
  fs::create_directory_symlink("real", folder() / "linked");
  EXPECT_THAT(keys(), ElementsAre("real/a.pdf"));
  EXPECT_THAT(left_out(), ElementsAre("repeated absolute.pdf", "repeated link.pdf", "repeated linked/"));
  EXPECT_EQ(store().read_range("linked/a.pdf", 0, 10).value(), "inside");
  EXPECT_EQ(store().head("link.pdf").value()->size_bytes, 6U);
}

TEST_F(FolderStore, LinksThatLeadOutAreNeitherListedNorOpened) {
  const TemporaryFolder outside;
  outside.write("secret", "secret");
  fs::create_symlink(outside / "secret", folder() / "absolute");
  fs::create_symlink("../" + outside.path().filename().string() + "/secret", folder() / "relative");
  fs::create_directory_symlink(outside.path(), folder() / "folder");
  fs::create_symlink("nowhere", folder() / "dangling");
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_THAT(left_out(),
              ElementsAre("link_out absolute", "link_broken dangling", "link_out folder/", "link_out relative"));
  for (const auto* key : {"absolute", "relative", "folder/secret"}) {
    EXPECT_EQ(store().get(key, 100).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().read_range(key, 0, 100).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().head(key).error().kind, ErrorKind::invalid_input) << key;
  }
  EXPECT_EQ(store().create("folder/new").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store().remove("folder/secret").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(outside.read("secret"), "secret");
}

TEST_F(FolderStore, LinksInACircleEndTheListingNowhere) {
  folder().write("a/b/file", "");
  fs::create_directory_symlink("..", folder() / "a/b/up");
  fs::create_directory_symlink("../..", folder() / "a/b/top");
  fs::create_symlink("self", folder() / "self");
  EXPECT_THAT(keys(), ElementsAre("a/b/file"));
  EXPECT_THAT(left_out(), ElementsAre("repeated a/b/top/", "repeated a/b/up/", "link_broken self"));
}

TEST_F(FolderStore, EveryWayOutIsFollowedOnceWhereLinksAreFollowed) {
  const TemporaryFolder outside;
  outside.write("a.pdf", "one");
  outside.write("below/b.pdf", "two");
  fs::create_symlink(outside / "a.pdf", folder() / "1.pdf");
  fs::create_symlink("1.pdf", folder() / "2.pdf");
  fs::create_directory_symlink(outside / "below", folder() / "3");
  fs::create_directory_symlink(outside.path(), folder() / "4");
  fs::create_symlink(outside / "below/b.pdf", folder() / "5.pdf");
  fs::create_symlink("/dev/null", folder() / "6.pdf");
  fs::create_symlink("nowhere", folder() / "7.pdf");
  folder().write("8.pdf", "own");
  fs::create_directory_symlink(outside.path(), outside / "circle");
  fs::create_directory_symlink(folder().path(), outside / "home");
  const auto linked = open_linked_folder_store(folder().path()).value();
  EXPECT_THAT(keys(*linked), ElementsAre("1.pdf", "3/b.pdf", "8.pdf"));
  EXPECT_THAT(left_out(), ElementsAre("repeated 2.pdf", "repeated 4/a.pdf", "repeated 4/below/", "repeated 4/circle/",
                                      "repeated 4/home/", "repeated 5.pdf", "special 6.pdf", "link_broken 7.pdf"));
  EXPECT_EQ(linked->get("1.pdf", 10).value().blob.text(), "one");
  EXPECT_EQ(linked->head("4/below/b.pdf").value()->size_bytes, 3U);
  EXPECT_EQ(linked->create("4/new").error().kind, ErrorKind::invalid_input) << "nothing is ever written outside";
  EXPECT_EQ(linked->remove("4/a.pdf").error().kind, ErrorKind::invalid_input);
}

TEST_F(FolderStore, AFolderAboveThatIsFollowedIsListedWithoutItself) {
  const TemporaryFolder outside;
  outside.write("in/a.pdf", "one");
  outside.write("other/b.pdf", "two");
  fs::create_directory_symlink("..", outside / "in/up");
  const auto linked = open_linked_folder_store(outside / "in").value();
  EXPECT_THAT(keys(*linked), ElementsAre("a.pdf", "up/other/b.pdf"));
  EXPECT_THAT(left_out(), ElementsAre("repeated up/in/"));
}

TEST_F(FolderStore, FoldersThatAreLeftOutAreTold) {
  folder().write("a/b/file", "");
  folder().write("out/file", "");
  leave_out_ = [](std::string_view prefix) { return prefix == "out/" || prefix == "a/b/"; };
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_THAT(left_out(), ElementsAre("folder a/b/", "folder out/"));
}

// Where openat2 is refused.
TEST_F(FolderStore, WalkingOpensFilesAndFollowsNoLink) {
  folder().write("a/b/file", "x");
  fs::create_directory_symlink("b", folder() / "a/link");
  fs::create_symlink("b/file", folder() / "a/file");
  const FileDescriptor root(::open(folder().path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  EXPECT_TRUE(open_beneath_by_walking(root.get(), "a/b/file", O_RDONLY));
  EXPECT_TRUE(open_beneath_by_walking(root.get(), "a/b", O_RDONLY | O_DIRECTORY));
  EXPECT_TRUE(open_beneath_by_walking(root.get(), ".", O_RDONLY | O_DIRECTORY));
  for (const auto* path : {"a/link/file", "a/file", "../x", "a/../a/b/file", "/etc/passwd"})
    for (const int flags : {O_RDONLY, O_PATH})
      EXPECT_EQ(open_beneath_by_walking(root.get(), path, flags).error().value, EXDEV) << path;
  EXPECT_EQ(open_beneath_by_walking(root.get(), "a/c/file", O_RDONLY).error().value, ENOENT);
  EXPECT_EQ(open_beneath_by_walking(root.get(), "a/b/file/c", O_RDONLY).error().value, ENOTDIR);
}

TEST_F(FolderStore, SpecialFilesAreSkippedAndRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo((folder() / "fifo").c_str(), 0600), 0);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = (folder() / "socket").string();
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::ranges::copy(path, address.sun_path);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  fs::create_symlink("fifo", folder() / "link");
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_THAT(left_out(), ElementsAre("special fifo", "repeated link", "special socket"));
  EXPECT_EQ(store().get("fifo", 1).error().kind, ErrorKind::source_gone);
  EXPECT_EQ(store().get("link", 1).error().kind, ErrorKind::source_gone);
  EXPECT_EQ(store().get("socket", 1).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store().head("fifo").value(), std::nullopt);
  EXPECT_EQ(put(store(), "fifo", {}, WriteCondition::always()).error().kind, ErrorKind::invalid_input);
}

TEST_F(FolderStore, AFolderIsNoObject) {
  fs::create_directories(folder() / "a/b");
  EXPECT_EQ(store().head("a").value(), std::nullopt);
  EXPECT_EQ(store().get("a", 1).error().kind, ErrorKind::source_gone);
  EXPECT_EQ(put(store(), "a", {}, WriteCondition::always()).error().kind, ErrorKind::invalid_input);
  EXPECT_TRUE(store().remove("a"));
  EXPECT_TRUE(fs::is_directory(folder() / "a/b"));
}

TEST_F(FolderStore, AFileWhereAFolderMustBeIsInvalidInput) {
  folder().write("a", "");
  EXPECT_EQ(store().create("a/b").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store().head("a/b").value(), std::nullopt);
}

TEST_F(FolderStore, ANameLongerThanAFileNameIsInvalidInput) {
  EXPECT_EQ(store().create(std::string(256, 'x')).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store().head(std::string(256, 'x')).error().kind, ErrorKind::invalid_input);
}

TEST_F(FolderStore, AFileThatGrowsWhileItIsReadIsSourceChanged) {
  std::string text(1 << 20, 'x');
  folder().write("a", text);
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    const FileDescriptor fd(::open((folder() / "a").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    for (int i = 0; i < 20'000 && !stop; ++i) ASSERT_EQ(::write(fd.get(), "y", 1), 1);
  });
  std::set<ErrorKind> kinds;
  for (int i = 0; i < 2'000 && kinds.empty(); ++i)
    if (auto object = store().get("a", 1 << 30); !object) kinds.insert(object.error().kind);
  stop = true;
  EXPECT_EQ(kinds, std::set{ErrorKind::source_changed});
}

TEST_F(FolderStore, UnreadableFilesAndFoldersAreDeniedByName) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  folder().write("a/file", "");
  folder().write("b/file", "x");
  folder().write("c/file", "");
  fs::permissions(folder() / "a", fs::perms::none);
  fs::permissions(folder() / "b/file", fs::perms::none);
  EXPECT_THAT(keys(), ElementsAre("denied", "b/file", "c/file"));
  const auto object = store().get("b/file", 10);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::denied);
  EXPECT_THAT(object.error().subject, HasSubstr("b/file"));
  EXPECT_EQ(scope_of(object.error()), FaultScope::one_object) << "the folder can be read";
  EXPECT_EQ(scope_of(store().get("a/file", 10).error()), FaultScope::unknown);
  fs::permissions(folder() / "a", fs::perms::owner_all);
}

TEST_F(FolderStore, AFolderThatMayNotBeWrittenIsDenied) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  fs::permissions(folder().path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(store().create("a").error().kind, ErrorKind::denied);
  EXPECT_EQ(store().create("a/b").error().kind, ErrorKind::denied);
  fs::permissions(folder().path(), fs::perms::owner_all);
}

TEST_F(FolderStore, TemporaryNamesAreNotListedAndAreNoKeys) {
  const std::string name = ".docmill-12-0123456789abcdef.tmp";
  EXPECT_TRUE(is_temporary_name(name));
  for (const auto* other : {".docmill-12-0123456789abcde.tmp", ".docmill--0123456789abcdef.tmp", "docmill.tmp",
                            ".docmill-12-0123456789abcdeg.tmp", ".docmill-12-0123456789abcdef.tmp2"})
    EXPECT_FALSE(is_temporary_name(other)) << other;
  folder().write(name, "");
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(store().create(name).error().kind, ErrorKind::invalid_input);
}

TEST_F(FolderStore, DeadTemporaryFilesGoAndLivingOnesStay) {
  folder().write("a/.docmill-1-0123456789abcdef.tmp", "left by a killed process");
  const auto living = store().create("a/living");  // a dead one is gone from here on
  const auto other_store = open_folder_store(folder().path(), false).value();
  ASSERT_TRUE(put(*other_store, "a/new", bytes_of("x"), WriteCondition::always()));
  ASSERT_TRUE((*living)->commit(WriteCondition::always()));
  EXPECT_THAT(names_in(folder() / "a"), ElementsAre("living", "new"));
}

TEST_F(FolderStore, ANewFileHasTheModeThatTheUmaskGrants) {
  const mode_t umask = ::umask(027);
  ASSERT_TRUE(put(store(), "a/b", {}, WriteCondition::always()));
  ::umask(umask);
  struct stat status{};
  ASSERT_EQ(::stat((folder() / "a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(FolderStore, ListingSkipsWhatVanishesMeanwhile) {
  for (const auto* name : {"a", "b/c", "d"}) folder().write(name, "");
  auto listing = store().list({}).value();
  EXPECT_EQ(listing->next().value()->key, "a");
  fs::remove_all(folder() / "b");
  EXPECT_EQ(listing->next().value()->key, "d");
  EXPECT_EQ(listing->next().value(), std::nullopt);
  EXPECT_EQ(listing->next().value(), std::nullopt);
}

TEST_F(FolderStore, DeepFoldersCostNoDescriptors) {
  std::string key;
  for (int depth = 0; depth < 1'000; ++depth) key += "d/";
  ASSERT_TRUE(put(store(), key + "file", bytes_of("deep"), WriteCondition::always()));
  EXPECT_THAT(keys(), ElementsAre(key + "file"));
}

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=1m") != 0)
      GTEST_SKIP() << "needs root to mount a small tmpfs";
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  const TemporaryFolder& folder() { return folder_; }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

TEST_F(FullDisk, IsUnavailableAndLeavesNothingBehind) {
  const auto store = open_folder_store(folder().path(), false).value();
  ASSERT_TRUE(put(*store, "a", bytes_of("old"), WriteCondition::always()));
  const std::string big(2 << 20, 'x');
  const auto etag = put(*store, "a", bytes_of(big), WriteCondition::always());
  ASSERT_FALSE(etag);
  EXPECT_EQ(etag.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(etag.error().message, HasSubstr("disk full"));
  EXPECT_EQ(folder().read("a"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder().path()), {}), 1);
}

TEST_F(FullDisk, AWriterThatFailedNeverCommits) {
  const auto store = open_folder_store(folder().path(), false).value();
  auto writer = store->create("a").value();
  const std::string big(2 << 20, 'x');
  ASSERT_FALSE(writer->write(bytes_of(big)));
  EXPECT_EQ(writer->write(bytes_of("x")).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(writer->commit(WriteCondition::always()).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(store->head("a").value(), std::nullopt);
}

}  // namespace
}  // namespace docmill
