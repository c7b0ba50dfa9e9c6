#include "mill/watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "store/folder_store.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class Watch : public testing::Test {
 protected:
  std::unique_ptr<FolderWatch> watch(WatchSettings settings = {}) {
    settings.rest = 50ms;
    return FolderWatch::create(folder_.path(), *clock_, std::move(settings)).value();
  }
  /// What is told until `last` is, or nothing comes for a while.
  static std::set<std::string> told_until(FolderWatch& watch, const std::string& last) {
    std::set<std::string> told;
    while (!told.contains(last)) {
      const auto changes = watch.next(5s);
      EXPECT_TRUE(changes) << changes.error().text();
      if (!changes || changes->keys.empty()) break;
      told.insert(changes->keys.begin(), changes->keys.end());
    }
    return told;
  }
  void expect_gone_after(const std::function<void()>& act, std::string_view name = "root") {
    const auto watched = FolderWatch::create(folder_ / name, *clock_).value();
    act();
    Result<WatchedChanges> changes;
    for (int i = 0; i < 10 && changes; ++i) changes = watched->next(1s);
    ASSERT_FALSE(changes);
    EXPECT_EQ(changes.error().kind, ErrorKind::not_found);
  }

  static bool is_quiet(FolderWatch& watch) {
    const auto changes = watch.next(300ms);
    return changes && changes->keys.empty() && !changes->list_again;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Clock> clock_ = make_system_clock();
};

TEST_F(Watch, TellsAFileWhenItsWriterClosesIt) {
  const auto watched = watch({});
  std::ofstream file(folder_ / "a.pdf");
  file << "half" << std::flush;
  EXPECT_TRUE(is_quiet(*watched));
  file << " and whole" << std::flush;
  EXPECT_TRUE(is_quiet(*watched));
  file.close();
  EXPECT_THAT(told_until(*watched, "a.pdf"), ElementsAre("a.pdf"));
}

TEST_F(Watch, SaysNothingOfWhatWasThere) {
  folder_.write("old.pdf", "x");
  EXPECT_TRUE(is_quiet(*watch()));
}

TEST_F(Watch, TellsAChangedFileAndOneThatIsMovedHere) {
  folder_.write("b/old.pdf", "x");
  const auto watched = watch();
  folder_.write("b/old.pdf", "y");
  EXPECT_THAT(told_until(*watched, "b/old.pdf"), ElementsAre("b/old.pdf"));
  TemporaryFolder elsewhere;
  elsewhere.write("new.pdf", "x");
  fs::rename(elsewhere / "new.pdf", folder_ / "b/new.pdf");
  EXPECT_THAT(told_until(*watched, "b/new.pdf"), ElementsAre("b/new.pdf"));
}

TEST_F(Watch, TellsAFurtherNameOfAFile) {
  TemporaryFolder elsewhere;
  elsewhere.write("a.pdf", "x");
  const auto watched = watch();
  fs::create_hard_link(elsewhere / "a.pdf", folder_ / "linked.pdf");
  EXPECT_THAT(told_until(*watched, "linked.pdf"), ElementsAre("linked.pdf"));
}

TEST_F(Watch, TellsAFileThatWasLinkedHereWithoutBeingClosed) {
  const auto watched = watch({.rest_of_new = 100ms});
  const int fd = ::open(folder_.path().c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (fd < 0) GTEST_SKIP() << "this file system has no files without names";
  const std::string self = "/proc/self/fd/" + std::to_string(fd);
  ASSERT_EQ(::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, (folder_ / "a.pdf").c_str(), AT_SYMLINK_FOLLOW), 0);
  EXPECT_THAT(told_until(*watched, "a.pdf"), ElementsAre("a.pdf"));
  ::close(fd);
}

TEST_F(Watch, FollowsNewFoldersAndWhatIsInThemAlready) {
  TemporaryFolder elsewhere;
  elsewhere.write("tree/b/c/deep.pdf", "x");
  const auto watched = watch();
  fs::rename(elsewhere / "tree", folder_ / "tree");
  EXPECT_THAT(told_until(*watched, "tree/b/c/deep.pdf"), ElementsAre("tree/b/c/deep.pdf"));
  folder_.write("tree/b/c/second.pdf", "x");
  EXPECT_THAT(told_until(*watched, "tree/b/c/second.pdf"), ElementsAre("tree/b/c/second.pdf"));
  folder_.write("new/folder/third.pdf", "x");
  EXPECT_THAT(told_until(*watched, "new/folder/third.pdf"), ElementsAre("new/folder/third.pdf"));
}

TEST_F(Watch, AFolderThatMovesKeepsTellingUnderItsNewName) {
  folder_.write("a/b/x", "x");
  const auto watched = watch();
  fs::rename(folder_ / "a", folder_ / "z");
  told_until(*watched, "z/b/x");
  folder_.write("z/b/y.pdf", "x");
  EXPECT_THAT(told_until(*watched, "z/b/y.pdf"), ElementsAre("z/b/y.pdf"));
}

TEST_F(Watch, AFolderThatLeavesIsForgotten) {
  folder_.write("a/b/x", "x");
  TemporaryFolder elsewhere;
  const auto watched = watch();
  fs::rename(folder_ / "a", elsewhere / "a");
  EXPECT_TRUE(is_quiet(*watched));
  elsewhere.write("a/b/y.pdf", "x");
  EXPECT_TRUE(is_quiet(*watched));
}

TEST_F(Watch, LeavesOutFoldersAndTemporaryFiles) {
  folder_.write("out/x", "x");
  const auto watched = watch({.leave_out = [](std::string_view prefix) { return prefix.starts_with("out/"); }});
  folder_.write("out/a_raw_text.parquet", "x");
  folder_.write(".docmill-1-0123456789abcdef.tmp", "x");
  EXPECT_TRUE(is_quiet(*watched));
}

/// What a listing of the folder tells: the watch is to tell no more of what comes.
class WatchBesideListing : public Watch {
 protected:
  std::set<std::string> listed() const {
    const auto store = open_folder_store(folder_.path(), false).value();
    const auto listing = store->list({.leave_out = leave_out}).value();
    std::set<std::string> keys;
    while (auto object = listing->next().value()) keys.insert(object->key);
    return keys;
  }
  static bool leave_out(std::string_view prefix) { return prefix == "_docmill/"; }

  void drop_everything() const {
    folder_.write(".docmill-1-0123456789abcdef.tmp", "x");
    folder_.write(".docmill-2-0123456789abcdef.tmp/below.pdf", "x");
    folder_.write("deep/.docmill-3-0123456789abcdef.tmp/further/below.pdf", "x");
    folder_.write("_docmill/failed/a.pdf.json", "x");
    folder_.write("deep/real.pdf", "x");
    fs::create_symlink("/etc/hostname", folder_ / "out.pdf");
    fs::create_symlink("nowhere", folder_ / "dangling.pdf");
    fs::create_symlink("circle.pdf", folder_ / "circle.pdf");
    fs::create_symlink("deep/real.pdf", folder_ / "inside.pdf");
    fs::create_directory_symlink("/etc", folder_ / "etc");
    ::mkfifo((folder_ / "pipe.pdf").c_str(), 0600);
    ::close(::open((folder_ / "pipe.pdf").c_str(), O_RDWR | O_NONBLOCK));  // a close after writing
    folder_.write("real.pdf", "x");
  }
};

TEST_F(WatchBesideListing, TellsWhatAListingTells) {
  const auto watched = watch({.leave_out = leave_out});
  drop_everything();
  std::set<std::string> told;
  while (told.size() < 2) {
    const auto changes = watched->next(5s);
    ASSERT_TRUE(changes) << changes.error().text();
    ASSERT_FALSE(changes->keys.empty()) << told.size();
    told.insert(changes->keys.begin(), changes->keys.end());
  }
  EXPECT_TRUE(is_quiet(*watched));
  EXPECT_EQ(told, listed());
  EXPECT_THAT(told, ElementsAre("deep/real.pdf", "real.pdf"));
}

TEST_F(Watch, ANewLinkAsksForAListingWhereLinksAreFollowed) {
  TemporaryFolder elsewhere;
  elsewhere.write("a.pdf", "x");
  const auto watched = watch({.follow_links = true});
  fs::create_symlink(elsewhere / "a.pdf", folder_ / "file.pdf");
  const auto of_file = watched->next(5s).value();
  EXPECT_TRUE(of_file.list_again);
  EXPECT_THAT(of_file.keys, IsEmpty());
  fs::create_directory_symlink(elsewhere.path(), folder_ / "folder");
  EXPECT_TRUE(watched->next(5s).value().list_again);
}

TEST_F(Watch, DoesNotFollowLinksToFolders) {
  TemporaryFolder elsewhere;
  const auto watched = watch();
  fs::create_directory_symlink(elsewhere.path(), folder_ / "link");
  EXPECT_TRUE(is_quiet(*watched));
  elsewhere.write("a.pdf", "x");
  EXPECT_TRUE(is_quiet(*watched));
}

TEST_F(Watch, TellsEveryOneOfManyFilesInManyFoldersOnce) {
  const auto watched = watch();
  std::jthread writer([&] {
    for (int i = 0; i < 500; ++i) folder_.write(std::to_string(i % 20) + "/" + std::to_string(i) + ".pdf", "x");
  });
  std::set<std::string> told;
  while (told.size() < 500) {
    const auto changes = watched->next(10s);
    ASSERT_TRUE(changes);
    ASSERT_FALSE(changes->keys.empty()) << told.size() << " of 500";
    told.insert(changes->keys.begin(), changes->keys.end());
  }
  EXPECT_TRUE(told.contains("19/499.pdf"));
}

TEST_F(Watch, AsksForAListingWhenTheKernelsQueueOverflows) {
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int events_max = 0;
  limit >> events_max;
  if (events_max == 0 || events_max > 50'000) GTEST_SKIP() << "the queue is too long to be filled here";
  const auto watched = watch();
  // Opened for writing and closed, two names in turn, for equal events in a row are one.
  folder_.write("a", "x");
  folder_.write("b", "x");
  for (int i = 0; i < events_max; ++i) ::close(::open((folder_ / (i % 2 == 0 ? "a" : "b")).c_str(), O_WRONLY));
  fs::create_directories(folder_ / "unseen");
  bool list_again = false;
  for (int i = 0; i < 10'000 && !list_again; ++i) list_again = watched->next(1s).value().list_again;
  EXPECT_TRUE(list_again);
  folder_.write("unseen/a.pdf", "x");
  EXPECT_THAT(told_until(*watched, "unseen/a.pdf"), Contains("unseen/a.pdf"));
}

TEST_F(Watch, AStopEndsTheWait) {
  const auto watched = watch();
  std::jthread waiting([&](const std::stop_token& stop) { EXPECT_TRUE(watched->next(1h, stop)->keys.empty()); });
  std::this_thread::sleep_for(50ms);
  waiting.request_stop();
}

TEST_F(Watch, AFolderThatGoesAwayIsNotFound) {
  folder_.write("root/x", "x");
  EXPECT_EQ(FolderWatch::create(folder_ / "none", *clock_).error().kind, ErrorKind::not_found);
  EXPECT_EQ(FolderWatch::create(folder_ / "root/x", *clock_).error().kind, ErrorKind::not_found);
  expect_gone_after([&] { fs::remove_all(folder_ / "root"); });
}

TEST_F(Watch, AFolderThatIsOpenAndRemovedIsNotFound) {
  folder_.write("root/x", "x");
  const FileDescriptor open(::open((folder_ / "root").c_str(), O_RDONLY | O_DIRECTORY));
  expect_gone_after([&] { fs::remove_all(folder_ / "root"); });
}

TEST_F(Watch, AFolderThatLeavesWithTheOneAboveIsNotFound) {
  folder_.write("above/root/x", "x");
  expect_gone_after([&] { fs::rename(folder_ / "above", folder_ / "elsewhere"); }, "above/root");
}

}  // namespace
}  // namespace docmill
