#include "base/concurrency.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <csignal>
#include <new>
#include <stdexcept>

#include "unit/base/no_threads.h"

namespace docmill {
namespace {

TEST(StartThread, RunsAndIsToldToStop) {
  std::atomic<bool> ran = false;
  {
    auto thread = start_thread(
        [&](const std::stop_token& stop) {
          while (!stop.stop_requested()) std::this_thread::yield();
          ran = true;
        },
        [](const Error&) {});
    ASSERT_TRUE(thread);
  }
  EXPECT_TRUE(ran);
}

TEST(StartThread, AnExceptionEndsTheThreadAloneAndIsTold) {
  Error told{};
  const auto start = [&](void (*body)()) {
    return start_thread([body](const std::stop_token&) { body(); }, [&](const Error& error) { told = error; });
  };
  start([] { throw std::bad_alloc(); })->join();
  EXPECT_EQ(told.kind, ErrorKind::unavailable);
  EXPECT_EQ(told.message, "out of memory");
  start([] { throw std::runtime_error("a library's"); })->join();
  EXPECT_EQ(told.message, "a library's");
}

// The second one would never come to those who wait for it.
TEST(StartThread, TakesNoSignalThatEndsAProgram) {
  sigset_t blocked;
  sigemptyset(&blocked);
  start_thread([&](const std::stop_token&) { ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked); }, [](const Error&) {})
      ->join();
  EXPECT_EQ(::sigismember(&blocked, SIGTERM), 1);
  EXPECT_EQ(::sigismember(&blocked, SIGINT), 1);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(::sigismember(&blocked, SIGTERM), 0) << "whoever starts it takes them as before";
}

TEST(StartThread, WhereNoneIsToBeHadSaysWhatToDo) {
  const NoThreads none;
  const auto thread = start_thread([](const std::stop_token&) {}, [](const Error&) {});
  ASSERT_FALSE(thread);
  EXPECT_EQ(thread.error().kind, ErrorKind::unavailable);
  EXPECT_NE(thread.error().message.find("ulimit -u"), std::string::npos);
  EXPECT_FALSE(make_system_concurrency()->start([] {}, [](const Error&) {}));
}

}  // namespace
}  // namespace docmill
