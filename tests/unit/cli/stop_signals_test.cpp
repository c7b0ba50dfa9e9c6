#include "cli/stop_signals.h"

#include <gtest/gtest.h>

#include <csignal>

namespace docmill {
namespace {

using namespace std::chrono_literals;

class StopOrdersTest : public testing::Test {
 protected:
  bool is_repeated(int signal, std::chrono::milliseconds at, bool typed = false) {
    return orders_.is_repeated({.number = signal, .typed = typed}, std::chrono::steady_clock::time_point(1h + at));
  }

 private:
  StopOrders orders_;
};

TEST_F(StopOrdersTest, ASignalToAProgramAndItsGroupIsOneOrder) {
  EXPECT_FALSE(is_repeated(SIGTERM, 0ms));
  EXPECT_TRUE(is_repeated(SIGTERM, 0ms));
  EXPECT_TRUE(is_repeated(SIGTERM, 400ms));
}

TEST_F(StopOrdersTest, WhatComesLaterIsASecondOrder) {
  EXPECT_FALSE(is_repeated(SIGTERM, 0ms));
  EXPECT_FALSE(is_repeated(SIGTERM, 3s));
  EXPECT_TRUE(is_repeated(SIGTERM, 3s)) << "which may come twice as well";
}

TEST_F(StopOrdersTest, SignalsThatNeverStopComingAreMoreThanOneOrder) {
  EXPECT_FALSE(is_repeated(SIGTERM, 0ms));
  EXPECT_TRUE(is_repeated(SIGTERM, 700ms));
  EXPECT_FALSE(is_repeated(SIGTERM, 1400ms));
}

TEST_F(StopOrdersTest, AnotherSignalIsAnotherOrder) {
  EXPECT_FALSE(is_repeated(SIGINT, 0ms));
  EXPECT_FALSE(is_repeated(SIGTERM, 0ms));
}

TEST_F(StopOrdersTest, WhatIsTypedTwiceIsMeantTwice) {
  EXPECT_FALSE(is_repeated(SIGINT, 0ms, true));
  EXPECT_FALSE(is_repeated(SIGINT, 200ms, true));
}

}  // namespace
}  // namespace docmill
