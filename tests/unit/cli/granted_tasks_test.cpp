#include "cli/granted_tasks.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace docmill {
namespace {

class GrantedTasks : public ::testing::Test {
 protected:
  GrantedTasks() : root(std::filesystem::path(::testing::TempDir()) / "granted_tasks") {
    std::filesystem::remove_all(root);
    write("proc/self/cgroup", "0::/a/b\n");
  }
  ~GrantedTasks() override { std::filesystem::remove_all(root); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root / name).parent_path());
    std::ofstream(root / name) << text;
  }
  void write_process(int pid, int user_id, int threads) const {
    write("proc/" + std::to_string(pid) + "/status",
          "Name:\tx\nUid:\t" + std::to_string(user_id) + "\t0\t0\t0\nThreads:\t" + std::to_string(threads) + "\n");
  }

  const std::filesystem::path root;
};

TEST_F(GrantedTasks, AreUnknownWithoutALimit) {
  write("sys/fs/cgroup/a/b/pids.max", "max\n");
  EXPECT_FALSE(granted_tasks({}, root));
}

TEST_F(GrantedTasks, AreWhatTheStrictestGroupHasLeft) {
  write("sys/fs/cgroup/a/b/pids.max", "100\n");
  write("sys/fs/cgroup/a/b/pids.current", "10\n");
  write("sys/fs/cgroup/a/pids.max", "12\n");
  write("sys/fs/cgroup/a/pids.current", "11\n");
  EXPECT_EQ(granted_tasks({}, root), 1U);
}

TEST_F(GrantedTasks, OfVersionOneAreCountedToo) {
  write("proc/self/cgroup", "7:pids:/c\n4:cpu:/d\n");
  write("sys/fs/cgroup/pids/c/pids.max", "30\n");
  write("sys/fs/cgroup/pids/c/pids.current", "4\n");
  EXPECT_EQ(granted_tasks({}, root), 26U);
}

TEST_F(GrantedTasks, AreBoundByWhatTheUserRunsAlready) {
  write_process(10, 1000, 3);
  write_process(11, 1000, 1);
  write_process(12, 33, 50);
  EXPECT_EQ(granted_tasks({.user_id = 1000, .tasks_max = 20}, root), 16U);
  EXPECT_EQ(granted_tasks({.user_id = 1000, .tasks_max = 2}, root), 0U) << "more run than are granted now";
}

TEST(TaskShares, AreAsWantedWhereThereIsPlenty) {
  const TaskShares shares = share_tasks(100'000, {.slots = 8, .threads = 256});
  EXPECT_EQ(shares.slots, 8U);
  EXPECT_EQ(shares.threads, 256U);
}

TEST(TaskShares, LeaveRoomForChildren) {
  for (std::uint64_t granted = 0; granted < 400; ++granted) {
    const TaskShares shares = share_tasks(granted, {.slots = 8, .threads = 256});
    EXPECT_GE(shares.slots, 1U);
    EXPECT_GE(shares.threads, 1U);
    if (granted < 12) continue;
    EXPECT_LE(shares.slots + shares.threads, granted - 9);
  }
}

TEST(TaskShares, OneOfEachIsTriedEvenIfNoneIsGranted) {
  const TaskShares shares = share_tasks(0, {.slots = 8, .threads = 256});
  EXPECT_EQ(shares.slots, 1U);
  EXPECT_EQ(shares.threads, 1U);
}

}  // namespace
}  // namespace docmill
