#include "results/history.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "unit/mill/memory_store.h"
#include "unit/output/parquet_reading.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* history_key = "processing/pdf_process_history.json";
constexpr const char* part_prefix = "processing/pdf_process_history/part-";

/// Waits after a refusal are a few milliseconds, so that writers take turns and tests do not.
class ShortWaits final : public Random {
 public:
  std::uint64_t next() override { return ++last_ % 7; }

 private:
  std::atomic<std::uint64_t> last_ = 0;
};

DocumentRecord record_of(std::string uri, std::chrono::seconds finished_at = 1s) {
  DocumentRecord record;
  record.source_uri = std::move(uri);
  record.source_etag = "e";
  record.finished_at = WallTime(finished_at);
  return record;
}

class HistoryTest : public ::testing::Test {
 protected:
  HistorySettings settings(std::size_t documents_max = 20'000) const {
    return {.key = history_key, .run_id = "run", .documents_max = documents_max, .gather_max = 20ms};
  }
  std::unique_ptr<History> worker(std::size_t documents_max = 20'000) {
    return std::make_unique<History>(store, source, settings(documents_max), *clock, random, *concurrency);
  }

  std::vector<std::string> documents() {
    std::vector<std::string> uris;
    const json history = json::parse(store.bytes(history_key));
    for (const json& document : history["documents"]) uris.push_back(document["source_uri"]);
    return uris;
  }
  std::vector<std::string> parts() {
    std::vector<std::string> keys = store.keys();
    std::erase_if(keys, [](const std::string& key) { return !key.starts_with(part_prefix); });
    return keys;
  }
  /// Another worker's outcome.
  void write_elsewhere(const std::string& uri) {
    HistoryFile file;
    if (store.has(history_key)) file = *HistoryFile::parse(store.bytes(history_key));
    file.merge({.run_id = "other", .docmill_version = "1", .record = record_of(uri)});
    store.set(history_key, file.text());
  }
  void on_commit(MemoryStore::Hook& hook, std::function<Result<void>()> then) {
    hook = [then = std::move(then)](StoreCall call, std::string_view key) {
      return call == StoreCall::commit && key == history_key ? then() : Result<void>();
    };
  }

  MemoryStore store{"store"};
  MemoryStore source{"source"};
  const Job job{.source_key = "a.pdf", .output_name = "a.pdf", .document_id = {}};
  ShortWaits random;
  std::unique_ptr<Clock> clock = make_system_clock();
  std::unique_ptr<Concurrency> concurrency = make_system_concurrency();
};

TEST_F(HistoryTest, AnOutcomeIsInTheStoreWhenAppendReturns) {
  const auto history = worker();
  ASSERT_TRUE(history->put(job, record_of("s3://b/a.pdf")));
  EXPECT_EQ(documents(), std::vector<std::string>{"s3://b/a.pdf"});
  ASSERT_TRUE(history->put(job, record_of("s3://b/b.pdf", 2s)));
  EXPECT_EQ(documents(), (std::vector<std::string>{"s3://b/b.pdf", "s3://b/a.pdf"}));
}

TEST_F(HistoryTest, ManyWorkersWithManyThreadsLoseNoUpdate) {
  constexpr int workers = 6, threads = 4, each = 10;
  std::vector<std::unique_ptr<History>> histories;
  for (int i = 0; i < workers; ++i) histories.push_back(worker());
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> running;
    for (int w = 0; w < workers; ++w)
      for (int t = 0; t < threads; ++t)
        running.emplace_back([&, w, t] {
          for (int i = 0; i < each; ++i)
            if (!histories[static_cast<std::size_t>(w)]->put(job, record_of(fmt::format("s3://b/{}-{}-{}", w, t, i))))
              ++failures;
        });
  }
  EXPECT_EQ(failures, 0);
  const auto found = documents();
  EXPECT_EQ(std::set(found.begin(), found.end()).size(), std::size_t{workers * threads * each});
}

TEST_F(HistoryTest, OutcomesThatComeDuringAWriteShareTheNext) {
  constexpr int waiting = 8;
  const auto history = worker();
  std::atomic<int> commits = 0;
  std::latch writing(1), gathered(1);
  on_commit(store.before, [&]() -> Result<void> {
    if (++commits == 1) {
      writing.count_down();
      gathered.wait();
    }
    return {};
  });
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { EXPECT_TRUE(history->put(job, record_of("s3://b/first"))); });
    writing.wait();
    std::atomic<int> begun = 0;
    for (int i = 0; i < waiting; ++i)
      threads.emplace_back([&, i] {
        ++begun;
        EXPECT_TRUE(history->put(job, record_of(fmt::format("s3://b/{}", i))));
      });
    while (begun < waiting) std::this_thread::yield();
    std::this_thread::sleep_for(50ms);  // from there into put()
    gathered.count_down();
  }
  EXPECT_EQ(documents().size(), std::size_t{1 + waiting});
  EXPECT_LE(commits, 3) << "one for the first, one for those that waited, one for a thread that came late";
}

TEST_F(HistoryTest, AnErrorIsToldToWhoWaitsAndTheNextTryIsANewOne) {
  const auto history = worker();
  on_commit(store.before, [] { return Result<void>(fail(ErrorKind::denied, "store", "s3:PutObject is missing")); });
  const auto refused = history->put(job, record_of("s3://b/a.pdf"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_FALSE(store.has(history_key));
  on_commit(store.before, [] { return Result<void>(); });
  EXPECT_TRUE(history->put(job, record_of("s3://b/a.pdf")));
  EXPECT_EQ(documents().size(), 1U);
}

TEST_F(HistoryTest, ARefusedWriteIsMadeAgainFromWhatIsThere) {
  const auto history = worker();
  int commits = 0;
  on_commit(store.before, [&]() -> Result<void> {
    if (++commits <= 2) write_elsewhere(fmt::format("s3://b/other-{}", commits));
    return {};
  });
  ASSERT_TRUE(history->put(job, record_of("s3://b/own")));
  EXPECT_EQ(commits, 3);
  const auto found = documents();
  EXPECT_EQ(std::set(found.begin(), found.end()),
            (std::set<std::string>{"s3://b/other-1", "s3://b/other-2", "s3://b/own"}));
}

TEST_F(HistoryTest, WhoIsRefusedAgainAndAgainIsTold) {
  const auto history = worker();
  int commits = 0;
  on_commit(store.before, [&]() -> Result<void> {
    write_elsewhere(fmt::format("s3://b/other-{}", ++commits));
    return {};
  });
  const auto refused = history->put(job, record_of("s3://b/own"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(documents().size(), static_cast<std::size_t>(commits));
}

TEST_F(HistoryTest, AWriteWhoseAnswerWasLostIsNotMadeTwice) {
  const auto history = worker();
  int commits = 0;
  on_commit(store.after, [&]() -> Result<void> {
    if (++commits == 1) return fail(ErrorKind::timed_out, "store", "the reply was lost");
    return {};
  });
  EXPECT_FALSE(history->put(job, record_of("s3://b/a.pdf")));
  EXPECT_TRUE(history->put(job, record_of("s3://b/a.pdf")));
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(documents().size(), 1U);
}

// The answer is lost, another worker writes its outcome of the same version, and the first one tries again.
TEST_F(HistoryTest, AWriteWhoseAnswerWasLostDoesNotTakeBackALaterOutcome) {
  DocumentRecord first = record_of("s3://b/a.pdf", 1s), second = record_of("s3://b/a.pdf", 2s);
  first.status = DocumentStatus::failed;
  const auto history = worker();
  int commits = 0;
  on_commit(store.after, [&]() -> Result<void> {
    if (++commits == 1) return fail(ErrorKind::timed_out, "store", "the reply was lost");
    return {};
  });
  ASSERT_FALSE(history->put(job, first));
  ASSERT_TRUE(worker()->put(job, second));
  ASSERT_TRUE(history->put(job, first));
  EXPECT_EQ(json::parse(store.bytes(history_key))["documents"][0]["status"], "ok");
}

/// Two versions of one document. Versions are stored with times of the store's own; workers have clocks of theirs.
class HistoryOfVersions : public HistoryTest {
 protected:
  HistoryOfVersions() { present_ = store_version(10s); }

  SourceVersion store_version(std::chrono::seconds at) {
    const std::string etag = source.set("a.pdf", "bytes");
    source.date("a.pdf", WallTime(at));
    return {.etag = etag, .size_bytes = 5, .modified_at = WallTime(at)};
  }
  static DocumentRecord outcome(const SourceVersion& of, std::chrono::seconds finished_at) {
    DocumentRecord record = record_of("s3://b/a.pdf", finished_at);
    record.source_etag = of.etag;
    record.source_modified_at = of.modified_at;
    return record;
  }
  std::string etag_recorded() { return json::parse(store.bytes(history_key))["documents"][0]["source_etag"]; }

  SourceVersion present_;
};

TEST_F(HistoryOfVersions, ClocksThatDifferLoseNothing) {
  const SourceVersion old = present_;
  const SourceVersion now = store_version(70s);
  ASSERT_TRUE(worker()->put(job, outcome(old, 2'400s)));
  ASSERT_TRUE(worker()->put(job, outcome(now, 1'200s)));
  EXPECT_EQ(etag_recorded(), now.etag);
  ASSERT_TRUE(worker()->put(job, outcome(old, 2'401s)));
  EXPECT_EQ(etag_recorded(), now.etag);
}

// A file is replaced by an older one, with its time.
TEST_F(HistoryOfVersions, ThePresentVersionIsRecordedWhateverItsTime) {
  const SourceVersion before = present_;
  const SourceVersion now = store_version(5s);
  ASSERT_TRUE(worker()->put(job, outcome(before, 100s)));
  ASSERT_TRUE(worker()->put(job, outcome(now, 101s)));
  EXPECT_EQ(etag_recorded(), now.etag);
}

TEST_F(HistoryOfVersions, WithinOneSecondTheSourceIsAsked) {
  const SourceVersion before = present_;
  const SourceVersion now = store_version(10s);
  ASSERT_TRUE(worker()->put(job, outcome(now, 100s)));
  ASSERT_TRUE(worker()->put(job, outcome(before, 101s)));
  EXPECT_EQ(etag_recorded(), now.etag);
}

TEST_F(HistoryOfVersions, WhatIsGoneStaysSoUntilItIsThereAgain) {
  DocumentRecord gone = record_of("s3://b/a.pdf", 1s);
  gone.source_etag.reset();
  gone.status = DocumentStatus::skipped;
  gone.error_kind = ErrorKind::source_gone;
  ASSERT_TRUE(worker()->put(job, outcome(present_, 100s)));
  source.erase("a.pdf");
  ASSERT_TRUE(worker()->put(job, gone));
  ASSERT_TRUE(worker()->put(job, outcome(present_, 101s)));
  EXPECT_EQ(json::parse(store.bytes(history_key))["documents"][0]["error_kind"], "source_gone");
  const SourceVersion again = store_version(200s);
  ASSERT_TRUE(worker()->put(job, outcome(again, 50s)));
  EXPECT_EQ(etag_recorded(), again.etag);
}

TEST_F(HistoryOfVersions, WhereTheSourceDoesNotAnswerTheOutcomeIsNotRecorded) {
  const SourceVersion old = present_;
  ASSERT_TRUE(worker()->put(job, outcome(store_version(70s), 1s)));
  source.before = [](StoreCall, std::string_view) { return Result<void>(fail(ErrorKind::unavailable, "s", "down")); };
  const auto refused = worker()->put(job, outcome(old, 2s));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  source.before = [](StoreCall, std::string_view) { return Result<void>(fail(ErrorKind::denied, "s", "403")); };
  EXPECT_TRUE(worker()->put(job, outcome(old, 2s))) << "whom nobody may ask for is what the times say";
  EXPECT_NE(etag_recorded(), old.etag);
}

TEST_F(HistoryOfVersions, TheSequencerOfAnEventCountsForItsOwnVersionAlone) {
  Job told = job;
  told.event = SourceEvent{.etag = present_.etag, .sequencer = "0A"};
  ASSERT_TRUE(worker()->put(told, outcome(present_, 1s)));
  EXPECT_EQ(json::parse(store.bytes(history_key))["documents"][0]["source_sequencer"], "0A");
  ASSERT_TRUE(worker()->put(told, outcome(store_version(70s), 2s)));
  EXPECT_FALSE(json::parse(store.bytes(history_key))["documents"][0].contains("source_sequencer"));
}

TEST_F(HistoryTest, WhatIsNoHistoryIsNeverOverwritten) {
  for (const std::string there : {"{\"files\": {}}", "", "not JSON", "{\"docmill_history\": 1, \"documents\": [{}]}"}) {
    store.set(history_key, there);
    const auto history = worker();
    const auto checked = history->check();
    ASSERT_FALSE(checked) << there;
    EXPECT_EQ(checked.error().kind, ErrorKind::invalid_input);
    EXPECT_NE(checked.error().text().find(store.uri(history_key)), std::string::npos) << checked.error().text();
    EXPECT_NE(checked.error().text().find("give --history another name"), std::string::npos);
    EXPECT_FALSE(history->put(job, record_of("s3://b/a.pdf")));
    EXPECT_EQ(store.bytes(history_key), there);
  }
}

TEST_F(HistoryTest, WhatHoldsNoHistoryAnyMoreIsNotOverwrittenEither) {
  const auto history = worker();
  ASSERT_TRUE(history->put(job, record_of("s3://b/a.pdf")));
  store.set(history_key, "somebody's");
  const auto refused = history->put(job, record_of("s3://b/b.pdf"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store.bytes(history_key), "somebody's");
}

// S3 answers so for an object that does not exist, to who may not list.
TEST_F(HistoryTest, WhereReadingIsDeniedAFirstHistoryCanBePut) {
  store.before = [&](StoreCall call, std::string_view key) -> Result<void> {
    if (call == StoreCall::get && !store.has(key)) return fail(ErrorKind::denied, store.uri(key), "403");
    return {};
  };
  const auto history = worker();
  EXPECT_TRUE(history->check());
  EXPECT_TRUE(history->put(job, record_of("s3://b/a.pdf")));
  EXPECT_EQ(documents().size(), 1U);
}

TEST_F(HistoryTest, WhereReadingIsDeniedAnExistingOneStays) {
  write_elsewhere("s3://b/other");
  const std::string before = store.bytes(history_key);
  store.before = [&](StoreCall call, std::string_view key) -> Result<void> {
    if (call == StoreCall::get) return fail(ErrorKind::denied, store.uri(key), "403: s3:GetObject is missing");
    return {};
  };
  const auto refused = worker()->put(job, record_of("s3://b/a.pdf"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_EQ(store.bytes(history_key), before);
}

TEST_F(HistoryTest, TheOldestMoveToAPartBesideIt) {
  const auto history = worker(10);
  for (int i = 1; i <= 11; ++i)
    ASSERT_TRUE(history->put(job, record_of(fmt::format("s3://b/{}", i), std::chrono::seconds(i))));
  EXPECT_EQ(documents().size(), 11U) << "a tenth more may be there, so that they move together";
  EXPECT_TRUE(parts().empty());
  ASSERT_TRUE(history->put(job, record_of("s3://b/12", 12s)));
  EXPECT_EQ(documents().size(), 10U);
  EXPECT_EQ(documents().back(), "s3://b/3");
  ASSERT_EQ(parts().size(), 1U);
  EXPECT_TRUE(parts().front().starts_with(std::string(part_prefix) + "19700101T000001Z-")) << parts().front();
  const auto part = read_parquet(store.bytes(parts().front()));
  ASSERT_EQ(part.table->num_rows(), 2);
  const auto& uris = column<arrow::StringArray>(part, "source_uri");
  EXPECT_EQ(uris.GetString(0), "s3://b/1");
  EXPECT_EQ(uris.GetString(1), "s3://b/2");
  EXPECT_EQ(column<arrow::StringArray>(part, "run_id").GetString(0), "run");
}

TEST_F(HistoryTest, WhoDiesBetweenPartAndHistoryLeavesAPartThatTheNextOneWritesAgain) {
  for (int i = 1; i <= 11; ++i)
    ASSERT_TRUE(worker(10)->put(job, record_of(fmt::format("s3://b/{}", i), std::chrono::seconds(i))));
  on_commit(store.before, [] { return Result<void>(fail(ErrorKind::denied, "store", "dead")); });
  ASSERT_FALSE(worker(10)->put(job, record_of("s3://b/12", 12s)));
  ASSERT_EQ(parts().size(), 1U);
  EXPECT_EQ(documents().size(), 11U) << "they left the history before they were durable elsewhere";
  on_commit(store.before, [] { return Result<void>(); });
  ASSERT_TRUE(worker(10)->put(job, record_of("s3://b/12", 12s)));
  EXPECT_EQ(parts().size(), 1U);
  EXPECT_EQ(documents().size(), 10U);
}

}  // namespace
}  // namespace docmill
