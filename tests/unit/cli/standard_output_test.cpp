#include "cli/standard_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace docmill {
namespace {

const std::string more_than_a_buffer(1 << 20, 'x');

TEST(StandardOutput, HandsOverWhatWasPrinted) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  StandardOutput out(::fdopen(ends[1], "w"));
  EXPECT_TRUE(out.print("one "));
  EXPECT_TRUE(out.print("two"));
  EXPECT_TRUE(out.close());
  std::array<char, 16> text{};
  EXPECT_EQ(::read(ends[0], text.data(), text.size()), 7);
  EXPECT_STREQ(text.data(), "one two");
  ::close(ends[0]);
}

TEST(StandardOutput, AFullDiskIsAnErrorWhetherABufferOrItsEndMeetsIt) {
  StandardOutput large(std::fopen("/dev/full", "w"));
  EXPECT_FALSE(large.print(more_than_a_buffer));
  EXPECT_TRUE(large.is_broken());
  EXPECT_FALSE(large.print("more"));
  const auto closed = large.close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(closed.error().text(), testing::HasSubstr("No space left on device"));
  StandardOutput small(std::fopen("/dev/full", "w"));
  EXPECT_TRUE(small.print("a little"));
  EXPECT_FALSE(small.close());
}

TEST(StandardOutput, AReaderWhoIsGoneIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);  // as main() does
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  StandardOutput out(::fdopen(ends[1], "w"));
  EXPECT_FALSE(out.print(more_than_a_buffer));
  EXPECT_TRUE(out.is_broken());
  EXPECT_TRUE(out.close());
}

}  // namespace
}  // namespace docmill
