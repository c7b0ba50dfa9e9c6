#include "mill/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "queue/message_body.h"
#include "queue/sqlite_queue.h"
#include "store/folder_store.h"
#include "unit/mill/brittle_queue.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::UnorderedElementsAre;

class FeedTest : public testing::Test {
 protected:
  void write(const std::string& name) const { folder_.write("in/" + name, "anything"); }

  void begin() {
    feeding_ = std::jthread([this](const std::stop_token& stop) {
      end_ = feed(*source_, queue_, {.folder = place_of(in_), .again = 10ms}, *clock_, *concurrency_, stop);
    });
  }

  /// Names of documents that were sent, once `name` is among them; all of them, if that never happens.
  std::set<std::string> sent_until(const std::string& name) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!sent_.contains(name) && std::chrono::steady_clock::now() < deadline)
      take(queue_.receive({.wait = 1s}, {}).value());
    return sent_;
  }

  void take(const std::vector<Message>& messages) {
    for (const Message& message : messages) {
      const auto body = parse_message_body(message.body).value();
      for (const DocumentRequest& request : body.requests) sent_.insert(std::filesystem::path(request.key).filename());
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path in_ = folder_ / "in";
  std::unique_ptr<Clock> clock_ = make_system_clock();
  std::unique_ptr<Random> random_ = make_system_random();
  std::unique_ptr<Concurrency> concurrency_ = make_system_concurrency();
  std::unique_ptr<ObjectStore> source_ = open_folder_store(in_, true).value();
  BrittleQueue queue_{open_sqlite_queue("sqlite://" + (folder_ / "q.db").string(), *clock_, *random_, true).value()};
  std::set<std::string> sent_;
  Result<void> end_;
  std::jthread feeding_;
};

TEST_F(FeedTest, SendsWhatIsThereAndWhatComes) {
  write("before.pdf");
  begin();
  EXPECT_THAT(sent_until("before.pdf"), Contains("before.pdf"));
  write("after.pdf");
  write("notes.txt");
  write("last.pdf");
  EXPECT_THAT(sent_until("last.pdf"), UnorderedElementsAre("before.pdf", "after.pdf", "last.pdf"));
}

TEST_F(FeedTest, MissesNothingWhileTheQueueFails) {
  begin();
  write("first.pdf");
  EXPECT_THAT(sent_until("first.pdf"), Contains("first.pdf"));
  queue_.failures = 10;  // more than one call is tried
  write("second.pdf");
  EXPECT_THAT(sent_until("second.pdf"), Contains("second.pdf"));
  EXPECT_EQ(queue_.failures, 0);
}

TEST_F(FeedTest, GoesOnWhateverIsDroppedIntoItsFolder) {
  begin();
  write("first.pdf");
  EXPECT_THAT(sent_until("first.pdf"), Contains("first.pdf"));
  std::filesystem::create_symlink("/etc/hostname", in_ / "out.pdf");
  folder_.write("elsewhere/out.pdf", "x");
  std::filesystem::create_symlink(folder_ / "elsewhere/out.pdf", in_ / "moved.pdf");
  std::filesystem::rename(in_ / "moved.pdf", in_ / "moved again.pdf");  // told at once, and not after a rest
  write(".docmill-1-0123456789abcdef.tmp/below.pdf");
  std::filesystem::create_directories(folder_ / "later/.docmill-2-0123456789abcdef.tmp");
  folder_.write("later/.docmill-2-0123456789abcdef.tmp/below.pdf", "x");
  std::filesystem::rename(folder_ / "later", in_ / "later");
  write("last.pdf");
  EXPECT_THAT(sent_until("last.pdf"), UnorderedElementsAre("first.pdf", "last.pdf"));
}

TEST_F(FeedTest, EndsWithAnErrorWhenItsFolderIsGone) {
  write("first.pdf");
  begin();
  EXPECT_THAT(sent_until("first.pdf"), Contains("first.pdf"));
  std::filesystem::remove_all(in_);
  feeding_.join();
  ASSERT_FALSE(end_);
  EXPECT_EQ(end_.error().kind, ErrorKind::not_found);
}

TEST_F(FeedTest, EndsWithAnErrorWhenTheQueueWillNeverTakeIt) {
  queue_.failures = 1;
  queue_.kind = ErrorKind::denied;
  begin();
  write("first.pdf");
  feeding_.join();
  ASSERT_FALSE(end_);
  EXPECT_EQ(end_.error().kind, ErrorKind::denied);
}

TEST_F(FeedTest, EndsWhenToldToStop) {
  begin();
  feeding_.request_stop();
  feeding_.join();
  EXPECT_TRUE(end_);
}

}  // namespace
}  // namespace docmill
