#include "cli/granted_cores.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace docmill {
namespace {

namespace fs = std::filesystem;

class CgroupCores : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void file(const fs::path& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  const fs::path root_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST(CoresOfCpuMax, RoundsUpAndKnowsNoQuota) {  // kernel: Documentation/admin-guide/cgroup-v2.rst, cpu.max
  EXPECT_EQ(cores_of_cpu_max("150000 100000\n"), 2U);
  EXPECT_EQ(cores_of_cpu_max("400000 100000\n"), 4U);
  EXPECT_EQ(cores_of_cpu_max("50000 100000\n"), 1U);
  EXPECT_EQ(cores_of_cpu_max("max 100000\n"), std::nullopt);
  for (const char* odd : {"", "1", "1 0", "-1 5", "x y"}) EXPECT_EQ(cores_of_cpu_max(odd), std::nullopt) << odd;
}

TEST_F(CgroupCores, TakesTheSmallestQuotaOnTheWayUpInVersion2) {
  file("proc/self/cgroup", "0::/a/b\n");
  file("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  file("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
  file("sys/fs/cgroup/cpu.max", "800000 100000\n");
  EXPECT_EQ(cgroup_cores(root_), 3U);
}

TEST_F(CgroupCores, FindsTheContainersOwnGroupAtTheMount) {
  file("proc/self/cgroup", "0::/path/of/the/host\n");
  file("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(cgroup_cores(root_), 2U);
}

TEST_F(CgroupCores, ReadsQuotaAndPeriodInVersion1) {
  file("proc/self/cgroup", "12:memory:/x\n4:cpu,cpuacct:/x\n0::/\n");
  file("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "250000\n");
  file("sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
  file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cores(root_), 3U);
}

TEST_F(CgroupCores, HasNoAnswerWithoutCgroups) { EXPECT_EQ(cgroup_cores(root_), std::nullopt); }

TEST(GrantedCores, IsAtLeastOne) { EXPECT_GE(granted_cores(), 1U); }

}  // namespace
}  // namespace docmill
