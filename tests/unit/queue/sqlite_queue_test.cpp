// What the SQLite queue promises beyond the contract: its file, its URIs, and processes that die.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "queue/open_queue.h"
#include "queue/sqlite_queue.h"
#include "queue/sqlite_uri.h"
#include "unit/queue/queue_backend.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// SQLite itself, as the oracle: the first column of the first row.
std::string query(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* connection = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK);
  std::string first;
  const auto take = [](void* out, int columns, char** values, char**) {
    auto& text = *static_cast<std::string*>(out);
    if (columns > 0 && values[0] != nullptr && text.empty()) text = values[0];
    return 0;
  };
  char* message = nullptr;
  sqlite3_busy_timeout(connection, 10'000);
  EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), take, &first, &message), SQLITE_OK) << message;
  sqlite3_close(connection);
  return first;
}

class SqliteQueue : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_ / "docmill.db"; }
  std::string uri(const std::string& query = "") const { return "sqlite://" + path().string() + query; }
  Result<std::unique_ptr<Queue>> try_open(const std::string& uri, bool create = true) {
    return open_queue(uri, clock_, *random_, {.create = create});
  }
  std::unique_ptr<Queue> open(const std::string& query = "") { return try_open(uri(query)).value(); }
  Error error_of_opening(const std::string& uri, bool create = true) {
    const auto queue = try_open(uri, create);
    EXPECT_FALSE(queue);
    return queue ? Error{} : queue.error();
  }
  static std::vector<std::string> bodies(Queue& queue) {
    std::vector<std::string> bodies;
    const auto messages = queue.receive({}).value();
    for (const Message& message : messages) bodies.push_back(message.body);
    return bodies;
  }
  static void send(Queue& queue, const std::string& body) {
    ASSERT_TRUE(queue.send(std::vector{OutgoingMessage{.body = body}}));
  }

  TemporaryFolder folder_;
  MovableClock clock_;
  std::unique_ptr<Random> random_ = make_system_random();
};

TEST_F(SqliteQueue, MessagesOutliveTheProcess) {
  send(*open(), "a");
  EXPECT_THAT(bodies(*open()), ElementsAre("a"));
}

TEST_F(SqliteQueue, TheOldestMessageComesFirst) {
  const auto queue = open();
  for (const char* const body : {"a", "b", "c"}) send(*queue, body);
  EXPECT_THAT(bodies(*queue), ElementsAre("a", "b", "c"));
}

TEST_F(SqliteQueue, AMessageThatWasGivenBackHasItsOldPlace) {
  const auto queue = open();
  for (const char* const body : {"a", "b"}) send(*queue, body);
  const auto first = queue->receive({.messages_max = 1}).value();
  ASSERT_TRUE(queue->change_visibility(std::span(&first[0].receipt_handle, 1), 0s));
  EXPECT_THAT(bodies(*queue), ElementsAre("a", "b"));
}

TEST_F(SqliteQueue, QueuesOfOneFileAreApart) {
  send(*open("?queue=one"), "1");
  send(*open("?queue=two"), "2");
  EXPECT_THAT(bodies(*open()), ElementsAre());
  EXPECT_THAT(bodies(*open("?queue=two")), ElementsAre("2"));
  EXPECT_EQ(open("?queue=two")->status()->dead_letter_uri, uri("?queue=two-dead-letters"));
}

TEST_F(SqliteQueue, TheRedrivePolicyOfAUriHoldsForEverybody) {
  const auto before = open();
  EXPECT_EQ(before->status()->receives_max, 10U);
  EXPECT_EQ(before->status()->dead_letter_uri, uri("?queue=dead-letters"));
  open("?receives-max=2&dead-letters=morgue");
  EXPECT_EQ(before->status()->receives_max, 2U);
  EXPECT_EQ(open()->status()->dead_letter_uri, uri("?queue=morgue"));
  EXPECT_EQ(open("?queue=morgue")->status()->dead_letter_uri, std::nullopt);
}

TEST_F(SqliteQueue, AnExpiredHoldThatNobodyElseHasCanBeRenewed) {
  const auto queue = open();
  send(*queue, "a");
  const auto messages = queue->receive({.visibility_timeout = 1s}).value();
  clock_.move(2s);
  EXPECT_THAT(queue->change_visibility(std::span(&messages[0].receipt_handle, 1), 60s).value(),
              ElementsAre(Receipt::held));
  EXPECT_THAT(bodies(*queue), ElementsAre());
}

TEST_F(SqliteQueue, AClockThatJumpsBackHidesMessagesAndLosesNone) {
  const auto queue = open();
  send(*queue, "a");
  clock_.move(-3600s);
  EXPECT_THAT(bodies(*queue), ElementsAre());
  send(*queue, "b");
  EXPECT_THAT(bodies(*queue), ElementsAre("b"));
  clock_.move(3600s);
  EXPECT_THAT(bodies(*queue), UnorderedElementsAre("a", "b"));
}

TEST_F(SqliteQueue, AWaitEndsWhenAMessageBecomesVisible) {
  const auto queue = open();
  ASSERT_TRUE(queue->send(std::vector{OutgoingMessage{.body = "a", .delay = 1s}}));
  EXPECT_EQ(queue->receive({.wait = 20s})->size(), 1U);
}

/// Something happens while somebody sleeps.
class EventfulClock final : public Clock {
 public:
  explicit EventfulClock(std::function<void()> event) : event_(std::move(event)) {}
  std::chrono::steady_clock::time_point steady_now() override { return clock_.steady_now(); }
  WallTime wall_now() override { return clock_.wall_now(); }
  void sleep_for(std::chrono::milliseconds duration) override {
    clock_.move(std::chrono::ceil<std::chrono::seconds>(duration));
    event_();
  }

 private:
  MovableClock clock_;
  std::function<void()> event_;
};

TEST_F(SqliteQueue, AReceiverThatIsStoppedInItsSleepTakesNothingThatCameMeanwhile) {
  const auto queue = open();
  std::stop_source stop;
  EventfulClock clock([&] {
    send(*queue, "a");
    stop.request_stop();
  });
  const auto receiver = open_queue(uri(), clock, *random_, {.create = true}).value();
  const auto received = receiver->receive({.wait = 20s}, stop.get_token());
  ASSERT_TRUE(received) << received.error().text();
  EXPECT_THAT(*received, testing::IsEmpty());
  EXPECT_EQ(query(path(), "SELECT receive_count FROM queue_messages"), "0");
}

TEST_F(SqliteQueue, AnOldReceiptTakesNoReceiveBack) {
  const auto queue = open();
  send(*queue, "a");
  const auto first = queue->receive({.visibility_timeout = 1s}).value();
  clock_.move(2s);
  ASSERT_EQ(queue->receive({}).value().size(), 1U);
  const auto receipts = queue->give_back_unbegun(std::span(&first[0].receipt_handle, 1), 0s);
  ASSERT_TRUE(receipts);
  EXPECT_THAT(*receipts, ElementsAre(Receipt::lost));
  EXPECT_EQ(query(path(), "SELECT receive_count FROM queue_messages"), "2");
}

TEST_F(SqliteQueue, UrisSayFileQueueAndPolicy) {
  const auto parsed = parse_sqlite_uri("sqlite:///data/a b.db?queue=q-1&receives-max=7&dead-letters=d").value();
  EXPECT_EQ(parsed.path, "/data/a b.db");
  EXPECT_EQ(parsed.queue, "q-1");
  EXPECT_EQ(parsed.dead_letters, "d");
  EXPECT_EQ(parsed.receives_max, 7U);
  EXPECT_EQ(parse_sqlite_uri("sqlite:a.db")->path, std::filesystem::current_path() / "a.db");
  EXPECT_EQ(sqlite_uri_of("/data/a.db", "q"), "sqlite:///data/a.db?queue=q");
}

TEST_F(SqliteQueue, UrisThatAreNoneAreRefusedWithWhatWasExpected) {
  for (const char* const text : {"sqlite:", "sqlite://host/a.db", "sqlite:///", "sqlite:///a/",
                                 "sqlite:///a.db?queue=", "sqlite:///a.db?queue=a/b", "sqlite:///a.db?q=a",
                                 "sqlite:///a.db?receives-max=0", "sqlite:///a.db?receives-max=1001",
                                 "sqlite:///a.db?receives-max=3x", "sqlite:///a.db?queue=a&dead-letters=a"}) {
    const auto parsed = parse_sqlite_uri(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_input) << text;
    EXPECT_THAT(parsed.error().message, HasSubstr("expected")) << text;
  }
  EXPECT_EQ(error_of_opening("amqp://host/q").kind, ErrorKind::invalid_input);
}

TEST_F(SqliteQueue, AFileThatIsNotThereIsNotMadeUnlessWanted) {
  EXPECT_EQ(error_of_opening(uri(), false).kind, ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_EQ(error_of_opening("sqlite://" + (folder_ / "no/a.db").string()).kind, ErrorKind::not_found);
}

TEST_F(SqliteQueue, AFileOfAnotherProgramIsRefusedAndLeftAsItIs) {
  query(path(), "CREATE TABLE theirs (a)");
  const Error error = error_of_opening(uri());
  EXPECT_EQ(error.kind, ErrorKind::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("another program"));
  EXPECT_EQ(query(path(), "SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(SqliteQueue, AFileThatIsNoDatabaseIsRefused) {
  folder_.write("docmill.db", std::string(5000, 'x'));
  const Error error = error_of_opening(uri());
  EXPECT_EQ(error.kind, ErrorKind::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("no SQLite file"));
}

TEST_F(SqliteQueue, ADamagedFileIsRefusedWithAdvice) {
  {
    const auto queue = open();
    for (int i = 0; i < 20; ++i) send(*queue, std::string(3000, 'x'));
  }
  std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 * 4);
  file << std::string(20'000, '\xff');
  file.close();
  const Error error = error_of_opening(uri());
  EXPECT_EQ(error.kind, ErrorKind::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("damaged"));
  EXPECT_THAT(error.message, HasSubstr(".recover"));
}

TEST_F(SqliteQueue, AFileOfALaterFormatIsRefused) {
  open();
  query(path(), "UPDATE docmill_schema SET version = 2");
  const Error error = error_of_opening(uri());
  EXPECT_EQ(error.kind, ErrorKind::invalid_input);
  EXPECT_THAT(error.message, HasSubstr("format 2"));
}

// Debian's SQLite 3.40 can damage a file in write-ahead mode that several connections write.
TEST_F(SqliteQueue, AFileInWriteAheadModeIsTakenOutOfIt) {
  open();
  ASSERT_EQ(query(path(), "PRAGMA journal_mode=WAL"), "wal");
  send(*open(), "a");
  EXPECT_EQ(query(path(), "PRAGMA journal_mode"), "delete");
}

TEST_F(SqliteQueue, AFileThatMayNotBeWrittenIsDenied) {
  open();
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  std::filesystem::permissions(path(), std::filesystem::perms::owner_read);
  EXPECT_EQ(error_of_opening(uri()).kind, ErrorKind::denied);
}

TEST_F(SqliteQueue, AFullDiskIsUnavailable) {
  const auto queue = open();
  struct rlimit saved{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
  const rlimit small{.rlim_cur = 100'000, .rlim_max = saved.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto sent = queue->send(std::vector{OutgoingMessage{.body = std::string(500'000, 'x')}});
  ::setrlimit(RLIMIT_FSIZE, &saved);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(bodies(*queue), ElementsAre());
  send(*queue, "b");
  EXPECT_THAT(bodies(*queue), ElementsAre("b"));
}

/// Runs `work` in a process of its own, which ends without the tests' clean-up.
template <typename Work>
pid_t start_process(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

TEST_F(SqliteQueue, AMessageOfAKilledReceiverIsReceivedAgain) {
  send(*open(), "a");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t receiver = start_process([&] {
    const auto messages = open()->receive({.visibility_timeout = 30s}).value();
    const char count = static_cast<char>(messages.size());
    if (::write(ready[1], &count, 1) == 1) ::pause();
  });
  char count = 0;
  ASSERT_EQ(::read(ready[0], &count, 1), 1);
  EXPECT_EQ(count, 1);
  ::kill(receiver, SIGKILL);
  ::waitpid(receiver, nullptr, 0);
  const auto queue = open();
  EXPECT_THAT(bodies(*queue), ElementsAre());
  clock_.move(31s);
  const auto again = queue->receive({}).value();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receive_count, 2U);
}

// What a process of the test below has told before it was killed: one line an intent or a result.
class Diary {
 public:
  explicit Diary(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600)) {}
  void note(char what, const std::string& body) {
    const std::string line = what + (" " + body) + "\n";
    if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(9);
  }

 private:
  int fd_;
};

TEST_F(SqliteQueue, EightWritersThatAreKilledLeaveASoundFileAndLoseNothing) {
  open();
  const auto diary_path = folder_ / "diary";
  // On a busy machine the others may hold the lock for longer than a writer waits for it: it tries again.
  const auto is_locked = [](const Error& error) { return error.kind == ErrorKind::unavailable; };
  const auto write_until_killed = [&] {
    auto opened = try_open(uri());
    for (; !opened; opened = try_open(uri()))
      if (!is_locked(opened.error())) ::_exit(4);
    const auto queue = *std::move(opened);
    Diary diary(diary_path);
    for (int n = 0;; ++n) {
      const std::string body = std::to_string(::getpid()) + "-" + std::to_string(n);
      if (const auto sent = queue->send(std::vector{OutgoingMessage{.body = body}}); sent)
        diary.note('s', body);  // sent for certain
      else if (!is_locked(sent.error()))
        ::_exit(1);
      auto messages = queue->receive({.messages_max = 1, .visibility_timeout = 1s});
      if (!messages && !is_locked(messages.error())) ::_exit(2);
      if (!messages) continue;
      for (const Message& message : *messages) {
        diary.note('r', message.body);  // perhaps removed
        const auto removed = queue->remove(message.receipt_handle);
        if (!removed && !is_locked(removed.error())) ::_exit(3);
        if (removed && *removed == Receipt::held) diary.note('d', message.body);  // removed for certain
      }
    }
  };
  std::ofstream(diary_path).close();
  std::vector<pid_t> writers;
  for (int i = 0; i < 8; ++i) writers.push_back(start_process(write_until_killed));
  std::mt19937 engine(7);
  // However slow the disk: sixty kills, and a hundred lines told.
  for (int kills = 0; kills < 60 || std::filesystem::file_size(diary_path) < 1000; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds(engine() % 80));
    pid_t& victim = writers[engine() % writers.size()];
    ::kill(victim, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(victim, &status, 0), victim);
    EXPECT_TRUE(WIFSIGNALED(status)) << "a writer gave up with " << WEXITSTATUS(status);
    victim = start_process(write_until_killed);
  }
  for (const pid_t writer : writers) ::kill(writer, SIGKILL);
  for (const pid_t writer : writers) ::waitpid(writer, nullptr, 0);

  EXPECT_EQ(query(path(), "PRAGMA integrity_check"), "ok");
  std::map<std::string, std::string> told;
  std::ifstream diary(diary_path);
  for (std::string what, body; diary >> what >> body;) told[body] += what;
  EXPECT_GT(told.size(), 10U);
  clock_.move(60s);
  std::map<std::string, int> left;
  const auto queue = open();
  for (auto some = queue->receive({}).value(); !some.empty(); some = queue->receive({}).value())
    for (const Message& message : some) ++left[message.body];
  for (const auto& [body, count] : left) {
    EXPECT_EQ(count, 1) << body;
    EXPECT_EQ(told[body].find('d'), std::string::npos) << body << " came back after it was removed";
  }
  for (const auto& [body, story] : told)
    EXPECT_TRUE(left.contains(body) || story.find('r') != std::string::npos) << body << " was lost";
}

TEST_F(SqliteQueue, ToLookAtIsOpenedWithoutAChange) {
  std::ofstream(path()) << "";
  EXPECT_THAT(error_of_opening(uri(), false).text(), HasSubstr("no queue of docmill in this file"));
  EXPECT_EQ(std::filesystem::file_size(path()), 0U);
  open();
  EXPECT_THAT(error_of_opening(uri("?queue=other"), false).text(), HasSubstr("no such queue in this file"));
  ASSERT_TRUE(try_open(uri("?receives-max=3"), false));
  EXPECT_EQ(open()->status()->receives_max, 10U);
}

}  // namespace
}  // namespace docmill
