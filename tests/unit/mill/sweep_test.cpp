#include "mill/sweep.h"

#include <arrow/array.h>
#include <arrow/table.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "mill/document_tally.h"
#include "mill/run_lock.h"
#include "output/journal.h"
#include "output/manifest.h"
#include "store/folder_store.h"
#include "unit/base/no_threads.h"
#include "unit/mill/sweep_fixture.h"
#include "unit/output/parquet_reading.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

using Sweep = SweepTest;

/// Remembers what it was told.
struct Watcher final : DocumentObserver {
  void on_listed() override { ++listed; }
  void on_document(const Job& job, const DocumentRecord& /*record*/) override {
    const std::lock_guard lock(mutex);
    ++seen[job.source_key];
  }

  std::atomic<int> listed = 0;
  std::mutex mutex;
  std::map<std::string, int> seen;
};

TEST_F(Sweep, EveryDocumentIsARowOfTheManifestInListingOrder) {
  add(50);
  const auto summary = run();
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(summary->documents_ok, 50U);
  EXPECT_EQ(summary->pages, 100U);
  EXPECT_EQ(summary->pages_ocr, 50U);
  EXPECT_EQ(summary->manifest_uri, "mem://output/_docmill/runs/run-1.parquet");
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) expected.push_back(fmt::format("mem://source/d{:03}.pdf", i));
  EXPECT_EQ(manifest("source_uri"), expected);
  EXPECT_EQ(manifest("run_id"), std::vector<std::string>(50, "run-1"));
  EXPECT_FALSE(std::filesystem::exists(journals / "run-1.journal"));
  EXPECT_EQ(progress.documents_found, 50U);
  EXPECT_EQ(progress.documents_done, 50U);
  EXPECT_TRUE(progress.listing_finished);
}

TEST_F(Sweep, SecondRunSkipsWhatIsDone) {
  add(10);
  ASSERT_TRUE(run());
  const auto summary = run({}, "run-2");
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(summary->documents_skipped, 10U);
  EXPECT_EQ(summary->pages, 0U);
  EXPECT_EQ(extractor.calls, 10);
  EXPECT_EQ(manifest("status", "run-2"), std::vector<std::string>(10, "skipped"));
}

TEST_F(Sweep, ARunThatDidNothingNewLeavesNoManifest) {
  manifest_always = false;
  add(3);
  source.set("d001.pdf", "junk");
  ASSERT_TRUE(run());
  EXPECT_TRUE(output.has(manifest_key("run-1")));
  const auto second = run({}, "run-2");
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->finished);
  EXPECT_TRUE(second->nothing_new);
  EXPECT_EQ(second->documents_skipped, 3U);
  EXPECT_EQ(second->documents_skipped_with_error, 1U);
  EXPECT_TRUE(second->manifest_uri.empty());
  EXPECT_FALSE(output.has(manifest_key("run-2")));
  EXPECT_FALSE(std::filesystem::exists(journals / "run-2.journal"));
  source.set("d001.pdf", "%PDF-1.7 mended");
  const auto third = run({}, "run-3");
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->nothing_new);
  EXPECT_EQ(manifest("status", "run-3"), (std::vector<std::string>{"skipped", "ok", "skipped"}));
}

TEST_F(Sweep, APlaceWithoutADocumentIsToldAsOne) {
  source.set("notes.txt", "plain text");
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->finished);
  EXPECT_TRUE(summary->failed_empty);
  add(1);
  EXPECT_FALSE(run({}, "run-2")->failed_empty);
}

TEST_F(Sweep, AnObserverIsToldOfEveryEntryAndOfEachDocumentOnce) {
  add(20);
  source.set("notes.txt", "no document");
  Watcher watcher;
  observer.add(watcher);
  ASSERT_TRUE(run());
  EXPECT_EQ(watcher.listed, 21);
  EXPECT_EQ(watcher.seen.size(), 20U);
  for (const auto& [name, times] : watcher.seen) EXPECT_EQ(times, 1) << name;
  ASSERT_TRUE(run({}, "run-2"));
  EXPECT_EQ(watcher.seen.at("d003.pdf"), 2) << "skipped ones are told, too";
}

TEST_F(Sweep, WhatTheListingPassesOverIsCounted) {
  const TemporaryFolder in;
  in.write("a.pdf", "%PDF-1.7");
  std::filesystem::create_symlink("/etc/hostname", in / "out.pdf");
  std::filesystem::create_symlink("nowhere", in / "broken.pdf");
  const auto folder = open_folder_store(in.path(), false).value();
  const Mill of_folder = mill_between(*folder, output, extractor, view, witnesses);
  const auto summary = sweep(of_folder,
                             {.run_id = "run-1",
                              .recipe = in_force(recipe),
                              .journal_dir = journals.path(),
                              .leave_out = {},
                              .documents_in_flight_max = 1},
                             *concurrency, observer, {});
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_EQ(summary->documents_ok, 1U);
  EXPECT_EQ(summary->left_out[LeftOut::link_out], 1U);
  EXPECT_EQ(summary->left_out[LeftOut::link_broken], 1U);
  EXPECT_EQ(summary->left_out.first(LeftOut::link_out), "out.pdf");
}

TEST_F(Sweep, FilesAreDocumentsByTheirContent) {
  source.set("a", "%PDF-1.7");
  source.set("notes.txt", "plain text");
  source.set("broken.PDF", "not what it promises");
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->files_ignored, 1U);
  EXPECT_EQ(manifest("source_uri"), (std::vector<std::string>{"mem://source/a", "mem://source/broken.PDF"}));
  EXPECT_EQ(manifest("error_kind"), (std::vector<std::string>{"-", "unsupported"}));
}

// Where a look costs a request.
TEST_F(Sweep, NamesDecideWhereTheyMay) {
  for (const char* name : {"a.pdf", "scan.png", "no-ending"}) source.set(name, "%PDF-1.7");
  for (const char* name : {"table.csv", "hidden.txt"}) source.set(name, "%PDF-1.7");
  source.set("notes", "plain text");
  source.set("folder/", "");
  std::mutex mutex;
  std::vector<std::string> looked_at;
  source.before = [&](StoreCall call, std::string_view name) {
    const std::lock_guard lock(mutex);
    if (call == StoreCall::read_range) looked_at.emplace_back(name);
    return Result<void>();
  };
  const auto summary = run({}, "run-1", true);
  ASSERT_TRUE(summary);
  std::ranges::sort(looked_at);
  EXPECT_EQ(looked_at, (std::vector<std::string>{"no-ending", "notes"}));
  EXPECT_EQ(summary->files_ignored, 4U);
  EXPECT_EQ(manifest("source_uri"),
            (std::vector<std::string>{"mem://source/a.pdf", "mem://source/no-ending", "mem://source/scan.png"}));
  EXPECT_EQ(progress.documents_found, 3U);
}

// "a//b.pdf" of a bucket, where the outputs are files.
TEST_F(Sweep, ANameThatTheOutputCannotHoldIsThatDocumentsFault) {
  add(3);
  output.before = [](StoreCall, std::string_view name) -> Result<void> {
    if (name.starts_with("d001")) return fail(ErrorKind::invalid_input, name, "a part of the key is empty");
    return {};
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(summary->documents_ok, 2U);
  EXPECT_EQ(summary->documents_failed, 1U);
  EXPECT_EQ(manifest("error_kind"), (std::vector<std::string>{"-", "invalid_input", "-"}));
  EXPECT_EQ(manifest("error_message")[1], "a part of the key is empty");
}

/// Denies the reading of what `is_denied` says.
auto denying(auto is_denied) {
  return [is_denied](StoreCall call, std::string_view name) -> Result<void> {
    if ((call != StoreCall::get && call != StoreCall::read_range) || !is_denied(name)) return {};
    return fail(ErrorKind::denied, name, "no permission");
  };
}

TEST_F(Sweep, OneDocumentThatIsDeniedAmongReadableOnesIsThatDocumentsFault) {
  add(20);
  source.before = denying([](std::string_view name) { return name.starts_with("d007"); });
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(summary->documents_ok, 19U);
  EXPECT_EQ(summary->documents_failed, 1U);
  EXPECT_EQ(manifest("error_kind")[7], "denied");
}

TEST_F(Sweep, HalfOfThemDeniedAreThoseDocumentsFault) {
  add(60);
  source.before = denying([](std::string_view name) { return (name[3] - '0') % 2 == 0; });
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->finished) << summary->place_errors.front().text();
  EXPECT_EQ(summary->documents_failed, 30U);
}

TEST_F(Sweep, DeniedForAllIsThePlacesFaultAndNobodysRecord) {
  add(40);
  source.before = denying([](std::string_view) { return true; });
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(summary->documents_failed, 0U);
  ASSERT_FALSE(summary->place_errors.empty());
  EXPECT_EQ(summary->place_errors.front().kind, ErrorKind::denied);
}

TEST_F(Sweep, DeniedForAllFromSomeMomentOnIsThePlacesFault) {
  add(200);
  std::atomic<int> reads = 0;
  source.before = denying([&reads](std::string_view) { return ++reads > 50; });
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(summary->documents_failed, 0U);
}

// Nothing tells whether only this one is denied: the run does not say that it has failed.
TEST_F(Sweep, TheOnlyDocumentDeniedIsThePlacesFault) {
  add(1);
  source.before = denying([](std::string_view) { return true; });
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(summary->documents_failed, 0U);
}

TEST_F(Sweep, WithoutALockTwoMayRunAtATime) {
  add(1);
  const auto lock = lock_run(journals.path());
  ASSERT_TRUE(lock);
  EXPECT_EQ(run({}, "run-1", true)->documents_ok, 1U);
}

TEST_F(Sweep, SummaryNamesWhatNeedsAttentionInListingOrder) {
  add(9);
  extractor.script = [](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (request.name.ends_with("2.pdf")) return fail(ErrorKind::encrypted, request.name, "no password opens it");
    if (request.name.ends_with("5.pdf")) return give_pages(receiver, 2, {{}, ErrorKind::corrupt});
    return give_pages(receiver, 1, {{}});
  };
  const auto first = run();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->finished);
  EXPECT_EQ(first->documents_ok, 7U);
  EXPECT_EQ(first->documents_failed, 1U);
  EXPECT_EQ(first->documents_partial, 1U);
  EXPECT_EQ(first->pages_failed, 1U);
  const auto second = run({}, "run-2");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->documents_skipped, 9U);
  EXPECT_EQ(second->documents_skipped_with_error, 2U);
  for (const auto& [summary, known] : {std::pair{&*first, false}, std::pair{&*second, true}}) {
    ASSERT_EQ(summary->attention.size(), 2U);
    EXPECT_EQ(summary->attention[0].source_uri, "mem://source/d002.pdf");
    EXPECT_EQ(summary->attention[0].status, DocumentStatus::failed);
    EXPECT_EQ(summary->attention[0].error_kind, ErrorKind::encrypted);
    EXPECT_EQ(summary->attention[1].source_uri, "mem://source/d005.pdf");
    EXPECT_EQ(summary->attention[1].status, DocumentStatus::partial);
    for (const Attention& attention : summary->attention) EXPECT_EQ(attention.known_before, known);
  }
}

TEST_F(Sweep, StaleOutputsAreCountedAndNamed) {
  add(9);
  ASSERT_TRUE(run());
  for (const char* name : {"d002.pdf", "d007.pdf"}) source.set(name, "junk");
  for (const char* id : {"run-2", "run-3"}) {
    const auto summary = run({}, id);
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->outputs_stale, 2U);
    ASSERT_EQ(summary->stale.size(), 2U);
    EXPECT_EQ(summary->stale[0].output_uri, "mem://output/d002_raw_text.parquet");
    EXPECT_EQ(summary->stale[1].source_uri, "mem://source/d007.pdf");
  }
  std::vector<std::string> expected(9, "current");
  expected[2] = expected[7] = "stale";
  EXPECT_EQ(manifest("output_state", "run-2"), expected);
}

TEST_F(Sweep, OtherSweepOfThisOutputIsUnavailable) {
  const auto lock = lock_run(journals.path());
  ASSERT_TRUE(lock);
  const auto summary = run();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::unavailable);
}

TEST_F(Sweep, JournalOfAKilledRunBecomesItsManifest) {
  DocumentRecord record;
  record.source_uri = "mem://source/then.pdf";
  {
    const auto journal = Journal::create(journals / "dead.journal", "dead");
    ASSERT_TRUE(journal);
    ASSERT_TRUE((*journal)->append(0, record));
  }
  journals.write("garbage.journal", "no journal");
  add(1);
  const auto summary = run();
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_TRUE(summary->finished);
  EXPECT_EQ(manifest("source_uri", "dead"), std::vector<std::string>{"mem://source/then.pdf"});
  EXPECT_FALSE(std::filesystem::exists(journals / "dead.journal"));
  EXPECT_TRUE(std::filesystem::exists(journals / "garbage.journal")) << "what cannot be read is not thrown away";
}

TEST_F(Sweep, StopEndsTheRunAfterWhatIsUnderWay) {
  add(200);
  std::stop_source stop;
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    stop.request_stop();
    return give_pages(receiver, 1, {{}});
  };
  const auto summary = run(stop.get_token());
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_TRUE(summary->place_errors.empty());
  EXPECT_GE(summary->documents_ok, 1U);
  EXPECT_LE(summary->documents_ok, 4U);
  EXPECT_EQ(manifest("source_uri").size(), summary->documents_ok) << "what was done is in the manifest";
}

TEST_F(Sweep, WithoutAThreadNothingIsBegunAndTheRunIsUnfinished) {
  add(3);
  const NoThreads none;
  const auto summary = run();
  ASSERT_TRUE(summary) << summary.error().text();
  EXPECT_FALSE(summary->finished);
  ASSERT_EQ(summary->place_errors.size(), 1U);
  EXPECT_NE(summary->place_errors.front().message.find("no thread can be had"), std::string::npos);
  EXPECT_EQ(summary->documents_ok, 0U);
}

TEST_F(Sweep, StopBeforeTheStartBeginsNothing) {
  add(5);
  std::stop_source stop;
  stop.request_stop();
  const auto summary = run(stop.get_token());
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(extractor.calls, 0);
}

TEST_F(Sweep, PlaceThatStaysDownEndsTheRunUnfinished) {
  add(200);
  // It is the 145th, by its size. The other threads could do all the rest before its own gets to say that it was
  // refused: they wait for the refusal, and then take their time.
  std::atomic<int> commits = 0;
  std::atomic<bool> refused = false;
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call != StoreCall::commit) return {};
    if (name.ends_with("d049_raw_text.parquet")) {
      refused = true;
      refused.notify_all();
      return fail(ErrorKind::denied, "output", "no permission");
    }
    if (++commits > 160 && name.ends_with("_raw_text.parquet")) {
      refused.wait(false);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  ASSERT_FALSE(summary->place_errors.empty());
  EXPECT_EQ(summary->place_errors.front().kind, ErrorKind::denied);
  EXPECT_LT(summary->documents_ok, 199U);
  EXPECT_FALSE(summary->manifest_uri.empty());
}

// Whoever speaks to the place has asked it often enough.
TEST_F(Sweep, APlaceThatFailsIsNotAskedAgain) {
  add(1);
  std::atomic<int> commits = 0;
  output.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call != StoreCall::commit || name != "d000_raw_text.parquet") return {};
    ++commits;
    return fail(ErrorKind::throttled, "output", "slow down");
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(Sweep, ManifestThatCannotBeWrittenLeavesItsJournal) {
  add(3);
  output.before = [](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::commit && name.starts_with("_docmill/runs/"))
      return fail(ErrorKind::denied, "output", "no permission");
    return {};
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->finished);
  EXPECT_EQ(summary->documents_ok, 3U);
  EXPECT_TRUE(summary->manifest_uri.empty());
  EXPECT_EQ(summary->journal, journals / "run-1.journal");
  EXPECT_TRUE(std::filesystem::exists(summary->journal));
  output.before = [](StoreCall, std::string_view) { return Result<void>(); };
  ASSERT_TRUE(run({}, "run-2"));
  EXPECT_EQ(manifest("source_uri").size(), 3U) << "the next run publishes it";
}

TEST_F(Sweep, ListingThatCannotBeHadIsTheSweepsError) {
  source.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::list) return fail(ErrorKind::not_found, "source", "no such bucket");
    return {};
  };
  const auto summary = run();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace docmill
