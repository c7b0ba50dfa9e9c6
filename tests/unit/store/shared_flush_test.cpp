#include "store/shared_flush.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "temporary_folder.h"

namespace docmill {
namespace {

FileDescriptor open_folder(const std::filesystem::path& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

FileDescriptor make_file(const FileDescriptor& folder, const std::string& name) {
  FileDescriptor file(::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  EXPECT_EQ(::write(file.get(), "x", 1), 1);
  return file;
}

class SharedFlushTest : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  FileDescriptor root_ = open_folder(temporary_.path());
  SharedFlush flush_{root_.get()};
};

TEST_F(SharedFlushTest, GivesEveryFileItsNameOnceHoweverManyShareAFlush) {
  constexpr int threads = 16;
  constexpr int files_each = 40;
  constexpr std::array folders = {"a", "b", "c", "d", "e"};
  for (const char* folder : folders) std::filesystem::create_directory(temporary_.path() / folder);
  std::atomic<int> names_given = 0;
  {
    std::vector<std::jthread> all;
    for (int thread = 0; thread < threads; ++thread)
      all.emplace_back([&, thread] {
        for (int i = 0; i < files_each; ++i) {
          const std::string name = std::to_string(thread) + "." + std::to_string(i);
          const FileDescriptor folder =
              open_folder(temporary_.path() / folders.at(static_cast<std::size_t>(i) % folders.size()));
          const FileDescriptor file = make_file(folder, "new." + name);
          const auto published = flush_.publish({.file = file.get(),
                                                 .give_name =
                                                     [&] {
                                                       ++names_given;
                                                       return ::renameat(folder.get(), ("new." + name).c_str(),
                                                                         folder.get(), name.c_str()) == 0;
                                                     },
                                                 .folder = folder.get()});
          EXPECT_TRUE(published.file);
          EXPECT_TRUE(published.folder);
          EXPECT_EQ(::faccessat(folder.get(), name.c_str(), F_OK, 0), 0);
        }
      });
  }
  EXPECT_EQ(names_given, threads * files_each);
}

TEST_F(SharedFlushTest, GivesNoNameToAFileThatCannotBeFlushed) {
  const FileDescriptor file(::openat(root_.get(), ".", O_PATH | O_CLOEXEC));  // fsync refuses such a descriptor
  bool named = false;
  const auto published =
      flush_.publish({.file = file.get(), .give_name = [&] { return named = true; }, .folder = root_.get()});
  ASSERT_FALSE(published.file);
  EXPECT_EQ(published.file.error().value, EBADF);
  EXPECT_FALSE(named);
}

TEST_F(SharedFlushTest, TellsOfAFileThatHasNothingToFlush) {
  int ends[2] = {};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);  // fsync answers EINVAL, which only folders may
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  const auto published =
      flush_.publish({.file = write_end.get(), .give_name = [] { return true; }, .folder = root_.get()});
  ASSERT_FALSE(published.file);
  EXPECT_EQ(published.file.error().value, EINVAL);
  EXPECT_TRUE(flush_.flush_folder(write_end.get()));
}

TEST_F(SharedFlushTest, LeavesTheFolderAloneWhereNoNameWasGiven) {
  const FileDescriptor file = make_file(root_, "file");
  const auto published = flush_.publish({.file = file.get(), .give_name = [] { return false; }, .folder = -1});
  EXPECT_TRUE(published.file);
  EXPECT_TRUE(published.folder);
}

TEST_F(SharedFlushTest, TellsOfAFolderThatCannotBeFlushed) {
  const FileDescriptor file = make_file(root_, "file");
  const auto published = flush_.publish({.file = file.get(), .give_name = [] { return true; }, .folder = -1});
  EXPECT_TRUE(published.file);
  ASSERT_FALSE(published.folder);
  EXPECT_EQ(published.folder.error().value, EBADF);
}

TEST_F(SharedFlushTest, PassesOnWhatIsThrownAndServesTheNext) {
  const FileDescriptor file = make_file(root_, "file");
  const auto throws = [&]() -> bool { throw std::runtime_error("no name"); };
  EXPECT_THROW(flush_.publish({.file = file.get(), .give_name = throws, .folder = root_.get()}), std::runtime_error);
  EXPECT_TRUE(flush_.publish({.file = file.get(), .give_name = [] { return false; }, .folder = root_.get()}).file);
  EXPECT_TRUE(flush_.flush_folder(root_.get()));
}

}  // namespace
}  // namespace docmill
