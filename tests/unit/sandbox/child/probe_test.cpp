#include "sandbox/child/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "unit/sandbox/child/locked_child.h"

namespace docmill::child::test {
namespace {

using docmill::test::OuterFilter;
using docmill::test::Platform;
using testing::HasSubstr;
using testing::Not;

/// What the probe's report says in a process that has called `prepare`: its tier, then its text.
std::string report_after(const std::function<bool()>& prepare) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!prepare()) ::_exit(no_impostor);
    const auto prepared = prepare_lockdown(LockdownMode::enforce);
    const auto report = prepared ? probe_lockdown(*prepared) : std::unexpected(prepared.error());
    const std::string text =
        report ? std::string(name_of(report->tier)) + "\n" + report->text() : report.error().text();
    ::_exit(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  EXPECT_EQ(reap(child), exited(0));
  std::string text(8192, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], text.data(), text.size()))));
  ::close(ends[0]);
  return text;
}

std::string report_on(Platform platform) {
  return report_after([platform] { return docmill::test::impersonate(platform); });
}

TEST(Probe, FindsTierAOnThisMachine) {
  const std::string text = report_after([] { return true; });
  EXPECT_THAT(text, testing::StartsWith("A\n"));
  for (const char* layer :
       {"descriptors", "session", "parent_death", "not_dumpable", "no_new_privs", "limits", "seccomp"})
    EXPECT_THAT(text, HasSubstr("\n" + std::string(layer) + ": ok\n"));
}

TEST(Probe, FindsTierAOnFargate) {
  const std::string text = report_on(Platform::fargate);
  EXPECT_THAT(text, testing::StartsWith("A\n"));
  EXPECT_THAT(text, HasSubstr("\nlandlock: refused (Function not implemented)\n"));
}

TEST(Probe, FindsTierBOnLambda) {
  const std::string text = report_on(Platform::lambda);
  EXPECT_THAT(text, testing::StartsWith("B\n"));
  EXPECT_THAT(text, HasSubstr("\nlimits: ok\n"));
  EXPECT_THAT(text, HasSubstr("\nseccomp: refused (Operation not permitted)\n"));
}

TEST(Probe, FindsNoTierWhereAllIsRefused) {
  const std::string text = report_on(Platform::none);
  EXPECT_THAT(text, testing::StartsWith("none\n"));
  EXPECT_THAT(text, HasSubstr("\nlimits: refused (Operation not permitted)\n"));
  EXPECT_THAT(text, HasSubstr("\nseccomp: refused (Operation not permitted)\n"));
}

// A platform (gVisor once) that takes a limit and does not act on it must not count as tier B.
TEST(Probe, IsNotDeceivedByLimitsThatDoNothing) {
  const std::string text = report_after([] {
    OuterFilter filter;
    filter.refuse(EPERM, {SCMP_SYS(seccomp)});
    filter.refuse_if(EPERM, SCMP_SYS(prctl), {0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0});
    filter.refuse_if(0, SCMP_SYS(prlimit64), {2, SCMP_CMP_NE, 0, 0});  // "done", and nothing is
    return filter.install();
  });
  EXPECT_THAT(text, testing::StartsWith("none\n"));
  EXPECT_THAT(text, HasSubstr("\nlimits: accepted but without effect\n"));
}

TEST(Probe, IsNotDeceivedByAFilterThatDoesNothing) {
  const std::string text = report_after([] {
    OuterFilter filter;
    filter.refuse(0, {SCMP_SYS(seccomp)});
    return filter.install();
  });
  EXPECT_THAT(text, testing::StartsWith("B\n"));
  EXPECT_THAT(text, HasSubstr("\nseccomp: accepted but without effect\n"));
}

TEST(Probe, NamesTheLayerThatThePlatformKillsFor) {
  const std::string text = report_after([] {
    OuterFilter filter;
    filter.kill({SCMP_SYS(landlock_restrict_self), SCMP_SYS(landlock_create_ruleset)});
    return filter.install();
  });
  EXPECT_THAT(text, testing::StartsWith("none\n"));
  EXPECT_THAT(text, HasSubstr("\nlandlock: killed by signal 31\n"));
}

TEST(Probe, LeavesTheCallerAsItWas) {
  const auto prepared = prepare_lockdown(LockdownMode::enforce);
  ASSERT_TRUE(prepared && probe_lockdown(*prepared));
  const int copy = ::dup(1);
  EXPECT_GE(copy, 0);
  ::close(copy);
}

TEST(Probe, SkipsTheLayersThatModeOffLeavesOut) {
  const auto prepared = prepare_lockdown(LockdownMode::off);
  ASSERT_TRUE(prepared);
  const auto report = probe_lockdown(*prepared);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->tier, Tier::none);
  EXPECT_EQ((*report)[Layer::seccomp].state, LayerState::skipped);
  EXPECT_EQ((*report)[Layer::descriptors].state, LayerState::applied);
}

}  // namespace
}  // namespace docmill::child::test
