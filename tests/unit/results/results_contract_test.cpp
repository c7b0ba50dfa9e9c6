// What every keeper of results promises. Each backend passes this suite.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "results/history.h"
#include "results/results.h"
#include "unit/mill/memory_store.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// A place that outlives whoever keeps results in it, as another process or another run would find it.
class Place {
 public:
  virtual ~Place() = default;
  virtual std::unique_ptr<Results> open(const std::string& run_id) = 0;

  MemoryStore source{"source"};  // of the documents
};

class HistoryPlace final : public Place {
 public:
  /// So few documents in the file that most move to parts.
  explicit HistoryPlace(std::size_t documents_max) : documents_max_(documents_max) {}
  std::unique_ptr<Results> open(const std::string& run_id) override {
    return std::make_unique<History>(
        store_, source,
        HistorySettings{.key = "history.json", .run_id = run_id, .documents_max = documents_max_, .gather_max = 1ms},
        *clock_, *random_, *concurrency_);
  }

 private:
  std::size_t documents_max_;
  MemoryStore store_{"store"};
  std::unique_ptr<Clock> clock_ = make_system_clock();
  std::unique_ptr<Random> random_ = make_system_random();
  std::unique_ptr<Concurrency> concurrency_ = make_system_concurrency();
};

struct Backend {
  std::string name;
  std::function<std::unique_ptr<Place>()> make;
};

class ResultsContract : public ::testing::TestWithParam<Backend> {
 protected:
  Result<void> put(const std::string& name, std::chrono::seconds finished_at, const std::string& etag = "e1",
                   std::chrono::seconds modified_at = 1s) {
    return results->put(job(name), record(name, finished_at, etag, modified_at));
  }
  static Job job(const std::string& name) { return {.source_key = name, .output_name = name, .document_id = {}}; }
  static DocumentRecord record(const std::string& name, std::chrono::seconds finished_at, const std::string& etag,
                               std::chrono::seconds modified_at = 1s) {
    DocumentRecord record;
    record.source_uri = "mem://source/" + name;
    record.source_etag = etag;
    record.source_modified_at = WallTime(modified_at);
    record.page_count = 3;
    record.finished_at = WallTime(finished_at);
    return record;
  }
  std::vector<std::string> listed(std::size_t count_max) {
    std::vector<std::string> uris;
    const auto all = results->list(count_max);
    EXPECT_TRUE(all) << all.error().text();
    if (all)
      for (const StoredResult& result : *all) uris.push_back(result.record.source_uri);
    return uris;
  }

  std::unique_ptr<Place> place = GetParam().make();
  std::unique_ptr<Results> results = place->open("run-1");
};

TEST_P(ResultsContract, NothingIsKnownBeforeSomethingIsPut) {
  EXPECT_FALSE(results->get("mem://source/a.pdf").value());
  EXPECT_TRUE(results->list(10).value().empty());
}

TEST_P(ResultsContract, WhatIsPutIsThereForAnyProcess) {
  ASSERT_TRUE(put("a.pdf", 1s));
  const auto other = place->open("run-2");
  const auto found = other->get("mem://source/a.pdf").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->run_id, "run-1");
  EXPECT_FALSE(found->docmill_version.empty());
  EXPECT_EQ(found->record.page_count, 3U);
  EXPECT_EQ(found->record.source_etag, "e1");
  EXPECT_EQ(found->record.finished_at, WallTime(1s));
}

TEST_P(ResultsContract, OfADocumentTheLastOutcomeCounts) {
  ASSERT_TRUE(put("a.pdf", 1s));
  ASSERT_TRUE(put("a.pdf", 5s, "e2", 2s));
  EXPECT_EQ(results->get("mem://source/a.pdf").value()->record.source_etag, "e2");
  EXPECT_EQ(listed(10).size(), 1U);
}

// Whatever clocks of workers say.
TEST_P(ResultsContract, AnOlderVersionsOutcomeChangesNothing) {
  place->source.set("a.pdf", "newer");
  ASSERT_TRUE(put("a.pdf", 5s, place->source.etag("a.pdf"), 9s));
  ASSERT_TRUE(put("a.pdf", 100s, "old", 2s)) << "outdated is no error";
  EXPECT_EQ(results->get("mem://source/a.pdf").value()->record.source_etag, place->source.etag("a.pdf"));
}

TEST_P(ResultsContract, ThePresentVersionCountsEvenWithAnEarlierTime) {
  ASSERT_TRUE(put("a.pdf", 5s, "before", 9s));
  place->source.set("a.pdf", "replaced by a file with an older date");
  ASSERT_TRUE(put("a.pdf", 6s, place->source.etag("a.pdf"), 2s));
  EXPECT_EQ(results->get("mem://source/a.pdf").value()->record.source_etag, place->source.etag("a.pdf"));
}

TEST_P(ResultsContract, TheSameOutcomeAgainIsOne) {
  ASSERT_TRUE(put("a.pdf", 1s));
  ASSERT_TRUE(put("a.pdf", 1s));
  EXPECT_EQ(listed(10), std::vector<std::string>{"mem://source/a.pdf"});
}

TEST_P(ResultsContract, ListsTheLastOnesFirst) {
  for (int i = 1; i <= 9; ++i) ASSERT_TRUE(put(std::to_string(i), std::chrono::seconds(i)));
  const std::vector<std::string> all{"mem://source/9", "mem://source/8", "mem://source/7",
                                     "mem://source/6", "mem://source/5", "mem://source/4",
                                     "mem://source/3", "mem://source/2", "mem://source/1"};
  EXPECT_EQ(listed(100), all);
  EXPECT_EQ(listed(4), std::vector<std::string>(all.begin(), all.begin() + 4));
  EXPECT_TRUE(listed(0).empty());
  for (int i = 1; i <= 9; ++i) EXPECT_TRUE(results->get("mem://source/" + std::to_string(i)).value()) << i;
}

INSTANTIATE_TEST_SUITE_P(Backends, ResultsContract,
                         ::testing::Values(Backend{"History", [] { return std::make_unique<HistoryPlace>(1'000); }},
                                           Backend{"HistoryInParts", [] { return std::make_unique<HistoryPlace>(2); }}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace docmill
