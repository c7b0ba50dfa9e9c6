#include "cli/stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

class Stream : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::mkfifo(pipe_.c_str(), 0600), 0); }

  TemporaryFolder folder_;
  const std::string pipe_ = (folder_ / "pipe").string();
};

TEST_F(Stream, IsWhatHasNoNameOrNoEnd) {
  folder_.write("a.pdf", "a");
  EXPECT_TRUE(is_stream("-"));
  EXPECT_TRUE(is_stream(pipe_));
  EXPECT_TRUE(is_stream("file://" + pipe_));
  EXPECT_TRUE(is_stream("/dev/null"));
  for (const std::string& name : {(folder_ / "a.pdf").string(), folder_.path().string(), (folder_ / "none").string(),
                                  std::string("s3://bucket/-"), std::string("")})
    EXPECT_FALSE(is_stream(name)) << name;
  // A here-document of some shells: a file that was removed when it was open.
  const int unnamed = ::open((folder_ / "a.pdf").c_str(), O_RDONLY);
  const std::string name = "/dev/fd/" + std::to_string(unnamed);
  EXPECT_FALSE(is_stream(name));
  std::filesystem::remove(folder_ / "a.pdf");
  EXPECT_TRUE(is_stream(name));
  EXPECT_EQ(read_stream(name, 10, {})->text(), "a");
  ::close(unnamed);
}

TEST_F(Stream, IsReadToItsEnd) {
  const std::string bytes(300'000, 'x');
  std::jthread writer([&] { std::ofstream(pipe_) << bytes; });
  const auto blob = read_stream(pipe_, bytes.size(), {});
  ASSERT_TRUE(blob) << blob.error().text();
  EXPECT_EQ(blob->text(), bytes);
}

TEST_F(Stream, LargerThanTheLimitIsToldAndNotRead) {
  const auto blob = read_stream("/dev/zero", 1'000'000, {});
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().kind, ErrorKind::limit_bytes);
}

TEST_F(Stream, ThatNobodyWritesToEndsWithTheProgram) {
  std::stop_source stop;
  std::jthread stopping([&] { stop.request_stop(); });
  const auto blob = read_stream(pipe_, 10, stop.get_token());
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace docmill
