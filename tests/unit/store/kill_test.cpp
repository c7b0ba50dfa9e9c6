// kill -9 in the middle of a put, at every failpoint: the old content or the new one, whole.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "store/folder_store.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

constexpr std::size_t size_bytes = 1'000'000;

// The part of the child process, started by the tests below. Failpoints are read from the environment once, so it has
// to be a new process.
TEST(StoreKillChild, DISABLED_Child) {
  const auto store = open_folder_store(std::getenv("DOCMILL_TEST_FOLDER"), false).value();
  const std::string text(size_bytes, 'n');
  const auto etag = put(*store, "a/b", std::as_bytes(std::span(text)), WriteCondition::always());
  if (!etag) ::_exit(etag.error().message.contains("disk full") ? 28 : 1);
  ::_exit(0);
}

int run_child(const TemporaryFolder& folder, const std::string& failpoint) {
  const std::string folder_variable = "DOCMILL_TEST_FOLDER=" + folder.path().string();
  const std::string fail_variable = "DOCMILL_FAIL=" + failpoint;
  std::vector<std::string> arguments{"test_store", "--gtest_also_run_disabled_tests",
                                     "--gtest_filter=StoreKillChild.DISABLED_Child"};
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::vector<char*> envp{const_cast<char*>(folder_variable.c_str()), const_cast<char*>(fail_variable.c_str())};
  for (char** variable = environ; *variable != nullptr; ++variable) envp.push_back(*variable);
  envp.push_back(nullptr);
  pid_t child = -1;
  EXPECT_EQ(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), envp.data()), 0);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

std::vector<std::string> names_in(const std::filesystem::path& path) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

struct Kill {
  std::string step;
  char left;          // 'o': the old content is there, 'n': the new one
  std::size_t names;  // files in the folder after the kill
};

class StoreKill : public testing::TestWithParam<Kill> {};

TEST_P(StoreKill, LeavesOneVersionWholeAndNoTemporaryFileAfterTheNextWrite) {
  const TemporaryFolder folder;
  const std::string old_text(size_bytes, 'o');
  folder.write("a/b", old_text);
  const int status = run_child(folder, GetParam().step + ":kill");
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  EXPECT_TRUE(folder.read("a/b") == std::string(size_bytes, GetParam().left));
  EXPECT_EQ(names_in(folder / "a").size(), GetParam().names);

  const auto store = open_folder_store(folder.path(), false).value();
  ASSERT_TRUE(put(*store, "a/c", {}, WriteCondition::always()).value());
  EXPECT_EQ(names_in(folder / "a"), (std::vector<std::string>{"b", "c"}));
}

INSTANTIATE_TEST_SUITE_P(Steps, StoreKill,
                         testing::Values(Kill{"before_put", 'o', 2}, Kill{"put_temp_written", 'o', 2},
                                         Kill{"put_fsynced", 'o', 2}, Kill{"put_renamed", 'n', 1}),
                         [](const auto& kill) { return kill.param.step; });

TEST(StoreWriteError, IsADiskFullThatLeavesNothingBehind) {
  const TemporaryFolder folder;
  folder.write("a/b", "old");
  const int status = run_child(folder, "store_write:error");
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 28);
  EXPECT_EQ(folder.read("a/b"), "old");
}

TEST(StoreKillControl, WithoutAFailpointTheChildWrites) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_child(folder, "none:kill"), 0);
  EXPECT_TRUE(folder.read("a/b") == std::string(size_bytes, 'n'));
}

}  // namespace
}  // namespace docmill
