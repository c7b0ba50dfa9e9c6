#include "mill/process.h"

#include <new>

#include "base/digest.h"
#include "document/version.h"
#include "output/failed_mark.h"
#include "unit/mill/mill_fixture.h"
#include "unit/output/parquet_reading.h"

namespace docmill {
namespace {

class Process : public MillTest {
 protected:
  /// Somebody else writes the output just before each of our first `times` commits.
  void write_before_commit(int times, std::function<std::string()> bytes) {
    output.before = [this, times, bytes = std::move(bytes)](StoreCall call, std::string_view name) mutable {
      if (call != StoreCall::commit || name != output_name || times == 0) return Result<void>();
      --times;
      output.set(output_name, bytes());
      return Result<void>();
    };
  }

  /// The bytes of an output that is done for the source as it is now.
  std::string done_output() {
    MemoryStore elsewhere("elsewhere");
    ScriptedExtractor other;
    OutputView there(elsewhere);
    const Mill another = mill_between(source, elsewhere, other, there, witnesses);
    EXPECT_TRUE(
        process(another, in_force(recipe), {.source_key = key, .listed = {}, .output_name = key, .document_id = {}}));
    return elsewhere.bytes(output_name);
  }
};

TEST_F(Process, NewDocumentBecomesAnOutputAndARecord) {
  const std::string bytes = source.bytes(key);
  const DocumentRecord done = record();
  EXPECT_EQ(done.status, DocumentStatus::ok);
  EXPECT_EQ(done.document_id, sha256_hex(std::as_bytes(std::span(bytes))));
  EXPECT_EQ(done.source_uri, "mem://source/in/a.pdf");
  EXPECT_EQ(done.source_etag, source.etag(key));
  EXPECT_EQ(done.source_size_bytes, source.bytes(key).size());
  EXPECT_EQ(done.page_count, 2U);
  EXPECT_EQ(done.pages_ocr, 1U);
  EXPECT_EQ(done.pages_failed, 0U);
  EXPECT_EQ(done.output_uri, "mem://output/in/a_raw_text.parquet");
  EXPECT_EQ(done.output_etag, output.etag(output_name));
  EXPECT_EQ(done.sandbox_tier, "A");
  EXPECT_EQ(done.attempt, 1U);
  EXPECT_FALSE(done.error_kind);

  const auto table = read_parquet(output.bytes(output_name)).table;
  EXPECT_EQ(table->num_rows(), 2);
  ASSERT_TRUE(stamp());
  EXPECT_EQ(stamp()->status, "ok");
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
  EXPECT_EQ(output.keys(), std::vector<std::string>{output_name});
}

TEST_F(Process, CallersIdIsTheDocumentsId) {
  const auto done =
      process(mill(), in_force(recipe), {.source_key = key, .listed = {}, .output_name = key, .document_id = "42"});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->document_id, "42");
}

TEST_F(Process, DoneDocumentIsSkippedUnread) {
  const std::string etag = *record().output_etag;
  source.before = [](StoreCall call, std::string_view) {
    EXPECT_EQ(call, StoreCall::head) << "a done document is not read";
    return Result<void>();
  };
  const DocumentRecord again = record();
  EXPECT_EQ(again.status, DocumentStatus::skipped);
  EXPECT_FALSE(again.error_kind);
  EXPECT_EQ(again.output_etag, etag);
  EXPECT_EQ(output.etag(output_name), etag);
  EXPECT_EQ(extractor.calls, 1);
}

TEST_F(Process, ListedVersionSparesTheQuestion) {
  const std::string etag = source.etag(key);
  record();
  source.before = [](StoreCall, std::string_view) { return fail(ErrorKind::unavailable, "source", "asked"); };
  const auto again =
      process(mill(), in_force(recipe),
              {.source_key = key, .listed = SourceVersion{.etag = etag}, .output_name = key, .document_id = {}});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->status, DocumentStatus::skipped);
}

TEST_F(Process, WhatOthersDidSinceItWasListedIsNotDoneAgain) {
  const Job job{
      .source_key = key, .listed = SourceVersion{.etag = source.etag(key)}, .output_name = key, .document_id = {}};
  source.set(key, "%PDF-1.7 two");
  record();  // by somebody else
  const auto again = process(mill(), in_force(recipe), job);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->status, DocumentStatus::skipped);
  EXPECT_EQ(again->source_etag, source.etag(key));
  EXPECT_EQ(extractor.calls, 1);
}

/// Whoever waits for its place may wait for others, who need room.
TEST_F(Process, NobodyHoldsRoomWhileItWaitsForItsPlace) {
  const auto is_free = [&] { return Room(source_bytes).try_ask(source_bytes_in_flight_max); };
  const SourceVersion listed{.etag = source.etag(key), .size_bytes = source.bytes(key).size()};
  const Job job{.source_key = key, .listed = listed, .output_name = key, .document_id = {}};
  source.before = [](StoreCall call, std::string_view) {
    return call == StoreCall::get ? Result<void>(fail(ErrorKind::unavailable, "source", "down")) : Result<void>();
  };
  const Mill place = mill();
  DocumentWork unread(place, in_force(recipe), job);
  ASSERT_FALSE(unread.run());
  EXPECT_TRUE(is_free()) << "it has no bytes";

  source.before = [](StoreCall, std::string_view) { return Result<void>(); };
  source.set(key, "neither a PDF nor an image");
  output.before = [](StoreCall call, std::string_view) {
    return call == StoreCall::commit ? Result<void>(fail(ErrorKind::unavailable, "output", "down")) : Result<void>();
  };
  const Job other{.source_key = key, .listed = {}, .output_name = key, .document_id = {}};
  DocumentWork unmarked(place, in_force(recipe), other);
  ASSERT_FALSE(unmarked.run());
  EXPECT_TRUE(is_free()) << "it needs its bytes no more";
}

TEST_F(Process, ForceRedoesADoneDocument) {
  const std::string etag = *record().output_etag;
  redo_done = true;
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_NE(output.etag(output_name), etag);
}

TEST_F(Process, NewVersionOfTheSourceIsDone) {
  record();
  source.set(key, "%PDF-1.7 two");
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
}

TEST_F(Process, OtherRecipeRedoes) {
  record();
  recipe.ocr_dpi = 300;
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(stamp()->recipe_hash, hash_of(recipe));
}

TEST_F(Process, FileThatIsNotDocmillsIsReplaced) {
  output.set(output_name, "somebody's notes");
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_TRUE(stamp());
}

TEST_F(Process, BadPageMakesItPartial) {
  extractor.answer_pages({{}, ErrorKind::corrupt, {}});
  const DocumentRecord partial = record();
  EXPECT_EQ(partial.status, DocumentStatus::partial);
  EXPECT_EQ(partial.error_kind, ErrorKind::corrupt);
  EXPECT_EQ(partial.error_message, "page 2: as scripted");
  EXPECT_EQ(partial.pages_failed, 1U);
  EXPECT_EQ(stamp()->status, "partial");
  const DocumentRecord again = record();
  EXPECT_EQ(again.status, DocumentStatus::skipped);
  EXPECT_FALSE(again.error_message.empty()) << "the summary tells that it is partial";
}

TEST_F(Process, PageThatMayDoBetterIsTriedInTheNextRun) {
  extractor.answer_pages({{}, ErrorKind::crashed});
  EXPECT_EQ(record().status, DocumentStatus::partial);
  EXPECT_EQ(stamp()->status, "retry");
  extractor.answer_pages({{}, {}});
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(stamp()->status, "ok");
}

TEST_F(Process, PagesPastTheLimitMakeItPartial) {
  recipe.limits.pages_max = 2;
  extractor.script = [](const ExtractRequest&, PageReceiver& receiver) { return give_pages(receiver, 5, {{}, {}}); };
  const DocumentRecord partial = record();
  EXPECT_EQ(partial.status, DocumentStatus::partial);
  EXPECT_EQ(partial.error_kind, ErrorKind::limit_pages);
  EXPECT_EQ(partial.page_count, 5U);
  EXPECT_EQ(partial.pages_failed, 0U);
  EXPECT_EQ(stamp()->status, "partial");
}

TEST_F(Process, DocumentOfBadPagesOnlyFailsAndTheEarlierOutputStays) {
  const std::string etag = *record().output_etag;
  source.set(key, "%PDF-1.7 two");
  extractor.answer_pages({ErrorKind::corrupt, ErrorKind::corrupt});
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::corrupt);
  EXPECT_EQ(failed.pages_failed, 2U);
  EXPECT_FALSE(failed.output_uri);
  EXPECT_EQ(output.etag(output_name), etag);
  EXPECT_TRUE(output.has(mark_name));
}

TEST_F(Process, FailureForGoodLeavesAMarkThatHolds) {
  extractor.answer_error(ErrorKind::corrupt);
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::corrupt);
  EXPECT_EQ(output.keys(), std::vector<std::string>{mark_name});
  const DocumentRecord again = record();
  EXPECT_EQ(again.status, DocumentStatus::skipped);
  EXPECT_EQ(again.error_kind, ErrorKind::corrupt);
  EXPECT_EQ(again.document_id, failed.document_id);
  EXPECT_NE(again.error_message.find("as scripted"), std::string::npos);
  EXPECT_EQ(extractor.calls, 1);
}

TEST_F(Process, FailureThatMayPassLeavesNoMark) {
  for (const ErrorKind kind : {ErrorKind::crashed, ErrorKind::out_of_memory, ErrorKind::document_timeout}) {
    extractor.answer_error(kind);
    const DocumentRecord failed = record();
    EXPECT_EQ(failed.status, DocumentStatus::failed);
    EXPECT_EQ(failed.error_kind, kind);
    EXPECT_TRUE(output.keys().empty());
  }
  EXPECT_EQ(extractor.calls, 3);
}

TEST_F(Process, MarkIsLiftedByRetryForceRecipeAndNewVersion) {
  const auto expect_redone = [&](const char* what) {
    const int calls = extractor.calls;
    EXPECT_EQ(record().status, DocumentStatus::failed) << what;
    EXPECT_EQ(extractor.calls, calls + 1) << what;
  };
  extractor.answer_error(ErrorKind::corrupt);
  expect_redone("first");
  retry_failed = true;
  expect_redone("retry_failed");
  retry_failed = false;
  redo_done = true;
  expect_redone("force");
  redo_done = false;
  recipe.ocr_dpi = 300;
  expect_redone("recipe");
  source.set(key, "%PDF-1.7 two");
  expect_redone("source");
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

TEST_F(Process, MarkOfAnotherVersionDoesNotHold) {
  extractor.answer_error(ErrorKind::corrupt);
  record();
  std::string mark = output.bytes(mark_name);
  const std::string quoted = "\"" + std::string(version) + "\"";
  ASSERT_NE(mark.find(quoted), std::string::npos);
  output.set(mark_name, mark.replace(mark.find(quoted), quoted.size(), "\"0.0.0\""));
  EXPECT_EQ(record().status, DocumentStatus::failed);
  EXPECT_EQ(extractor.calls, 2);
}

TEST_F(Process, PasswordsLiftTheMarkOfAnEncryptedDocumentOnly) {
  extractor.answer_error(ErrorKind::encrypted);
  record();
  EXPECT_EQ(record().status, DocumentStatus::skipped);
  passwords = {"secret"};
  extractor.answer_pages({{}});
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_FALSE(output.has(mark_name)) << "success removes it";

  source.set(key, "%PDF-1.7 two");
  extractor.answer_error(ErrorKind::corrupt);
  record();
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

TEST_F(Process, BytesThatAreNoDocumentFailUnextracted) {
  for (const auto& [bytes, kind] : {std::pair{"", ErrorKind::empty}, std::pair{"plain text", ErrorKind::unsupported}}) {
    source.set(key, bytes);
    const DocumentRecord failed = record();
    EXPECT_EQ(failed.status, DocumentStatus::failed);
    EXPECT_EQ(failed.error_kind, kind);
    EXPECT_TRUE(output.has(mark_name));
  }
  EXPECT_EQ(extractor.calls, 0);
}

TEST_F(Process, DocumentOverTheSizeLimitFailsWithItsSize) {
  recipe.limits.document_size_bytes_max = 5;
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::limit_bytes);
  EXPECT_EQ(failed.source_size_bytes, source.bytes(key).size());
  EXPECT_EQ(record().status, DocumentStatus::skipped);
}

TEST_F(Process, SourceThatIsGoneIsSkipped) {
  source.erase(key);
  const DocumentRecord gone = record();
  EXPECT_EQ(gone.status, DocumentStatus::skipped);
  EXPECT_EQ(gone.error_kind, ErrorKind::source_gone);
  EXPECT_TRUE(output.keys().empty());
}

TEST_F(Process, SourceThatGoesBetweenListingAndReadingIsSkipped) {
  source.before = [this](StoreCall call, std::string_view) {
    if (call == StoreCall::get) source.erase(key);
    return Result<void>();
  };
  const DocumentRecord gone = record();
  EXPECT_EQ(gone.status, DocumentStatus::skipped);
  EXPECT_EQ(gone.error_kind, ErrorKind::source_gone);
}

TEST_F(Process, SourceThatChangesUnderTheReaderIsReadThreeTimes) {
  int reads = 0;
  int failing = 2;
  source.before = [&](StoreCall call, std::string_view) -> Result<void> {
    if (call != StoreCall::get || ++reads > failing) return {};
    return fail(ErrorKind::source_changed, key, "changed while it was read");
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(reads, 3);

  output.erase(output_name);
  reads = 0;
  failing = 100;
  const DocumentRecord failed = record();
  EXPECT_EQ(reads, 3);
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::source_changed);
  EXPECT_TRUE(output.keys().empty()) << "no mark: the next run tries again";
}

/// Denies the reading of some keys, or of all.
class RefusedProcess : public MillTest {
 protected:
  RefusedProcess() {
    source.before = [this](StoreCall call, std::string_view name) -> Result<void> {
      if (call != StoreCall::get && call != StoreCall::read_range) return {};
      if (!all && name != key) return {};
      return std::unexpected(Error{kind, std::string(name), "no permission", scope});
    };
  }
  ErrorKind kind = ErrorKind::denied;
  std::optional<FaultScope> scope = {};
  bool all = false;
};

TEST_F(RefusedProcess, ADocumentAmongReadableOnesIsARecordWithoutAMark) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::denied);
  EXPECT_EQ(failed.error_message, "no permission");
  EXPECT_TRUE(output.keys().empty());
}

TEST_F(RefusedProcess, AlongWithAllOthersItIsNobodysRecord) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  all = true;
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(scope_of(processed.error()), FaultScope::unknown);
}

TEST_F(RefusedProcess, WithoutAnyOtherItIsNobodysRecordEither) {
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(scope_of(processed.error()), FaultScope::unknown);
}

TEST_F(RefusedProcess, CredentialsThatExpiredAreNeverTheDocuments) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  scope = FaultScope::place;
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(scope_of(processed.error()), FaultScope::place);
}

TEST_F(RefusedProcess, AServersFaultForOneAmongReadableOnesIsItsRecordWithoutAMark) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  kind = ErrorKind::unavailable;
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::unavailable);
  EXPECT_TRUE(output.keys().empty()) << "the next run tries again";
}

TEST_F(RefusedProcess, AServersFaultForAllIsThePlaces) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  ASSERT_TRUE(process(mill(), in_force(recipe),
                      {.source_key = "in/b.pdf", .listed = {}, .output_name = "b", .document_id = {}}));
  kind = ErrorKind::timed_out;
  all = true;
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(scope_of(processed.error()), FaultScope::place);
}

TEST_F(RefusedProcess, ThrottlingIsNeverTheDocuments) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  kind = ErrorKind::throttled;
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(scope_of(processed.error()), FaultScope::place);
}

TEST_F(RefusedProcess, AnArchivedDocumentIsARecordWithoutAMark) {
  kind = ErrorKind::unreadable;
  const DocumentRecord failed = record();
  EXPECT_EQ(failed.status, DocumentStatus::failed);
  EXPECT_EQ(failed.error_kind, ErrorKind::unreadable);
  EXPECT_TRUE(output.keys().empty());
}

// The place was well again between the two looks.
TEST_F(RefusedProcess, ADenialThatEndsWhileItIsLookedIntoIsForgotten) {
  source.set("in/b.pdf", "%PDF-1.7 two");
  bool over = false;
  source.before = [&](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::read_range) over = true;
    if (call == StoreCall::get && !over) return fail(ErrorKind::denied, name, "no permission");
    return {};
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
}

TEST_F(Process, MemoryThatRunsOutIsThePlacesFault) {
  extractor.script = [](const ExtractRequest&, PageReceiver&) -> Result<void> { throw std::bad_alloc(); };
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(processed.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(output.keys().empty());
}

// The place's errors are nobody's record; nothing is left behind that would spare the document later.
TEST_F(Process, ErrorsOfThePlaceAreErrors) {
  extractor.answer_pages({{}, {}});
  const auto expect_error = [&](const char* where) {
    const auto processed = process_it();
    ASSERT_FALSE(processed) << where;
    EXPECT_EQ(processed.error().kind, ErrorKind::unavailable) << where;
    EXPECT_TRUE(processed.error().subject.starts_with("mem://source/in/a.pdf")) << where;
    EXPECT_TRUE(output.keys().empty()) << where;
  };
  const auto failing = [](StoreCall which) {
    return [which](StoreCall call, std::string_view) -> Result<void> {
      if (call == which) return fail(ErrorKind::unavailable, "store", "down");
      return {};
    };
  };
  const MemoryStore::Hook fine = source.before;
  source.before = failing(StoreCall::get);
  expect_error("source");
  source.before = fine;
  for (const StoreCall call : {StoreCall::head, StoreCall::read_range, StoreCall::create, StoreCall::commit}) {
    output.before = failing(call);
    expect_error("output");
  }
  output.before = fine;
  extractor.answer_error(ErrorKind::unavailable);
  expect_error("extractor");
  extractor.answer_error(ErrorKind::corrupt);
  output.before = failing(StoreCall::commit);
  expect_error("mark");
}

/// A document whose place fails once, at a call of the output's for the name, and then no more.
class Resumed : public Process {
 protected:
  std::optional<DocumentRecord> record_after_fault(StoreCall which, std::string_view name) {
    output.before = [this, which, name = std::string(name)](StoreCall call, std::string_view at) -> Result<void> {
      if (call == which && at == name && std::exchange(failing_, false))
        return fail(ErrorKind::unavailable, "output", "down");
      return {};
    };
    const Job job{.source_key = key, .listed = {}, .output_name = key, .document_id = {}};
    const Mill with = mill();
    DocumentWork work(with, in_force(recipe), job);
    const auto failed = work.run();
    EXPECT_FALSE(failed);
    auto record = work.run();
    EXPECT_TRUE(record) << record.error().text();
    return record ? std::optional(*std::move(record)) : std::nullopt;
  }

 private:
  bool failing_ = true;
};

TEST_F(Resumed, AWriteThatFailedIsRepeatedWithoutAnExtraction) {
  const auto record = record_after_fault(StoreCall::commit, output_name);
  EXPECT_EQ(record->status, DocumentStatus::ok);
  EXPECT_EQ(record->page_count, 2U);
  EXPECT_EQ(record->output_etag, output.etag(output_name));
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_EQ(progress.pages_done, 2U);
}

TEST_F(Resumed, BytesThatTheWriterHasLostAreExtractedAgain) {
  output.writers_keep_bytes = false;
  EXPECT_EQ(record_after_fault(StoreCall::commit, output_name)->status, DocumentStatus::ok);
  EXPECT_EQ(extractor.calls, 2);
  EXPECT_EQ(progress.pages_done, 2U);
}

TEST_F(Resumed, AMarkThatCouldNotBeWrittenIsWrittenWithoutAnExtraction) {
  extractor.answer_error(ErrorKind::corrupt);
  EXPECT_EQ(record_after_fault(StoreCall::commit, mark_name)->error_kind, ErrorKind::corrupt);
  EXPECT_TRUE(output.has(mark_name));
  EXPECT_EQ(extractor.calls, 1);
}

TEST_F(Resumed, AMarkThatCouldNotBeRemovedIsRemovedWithoutAnExtraction) {
  extractor.answer_error(ErrorKind::corrupt);
  record();
  extractor.answer_pages({{}, {}});
  retry_failed = true;
  source.set(key, "%PDF-1.7 two");
  EXPECT_EQ(record_after_fault(StoreCall::remove, mark_name)->status, DocumentStatus::ok);
  EXPECT_FALSE(output.has(mark_name));
  EXPECT_EQ(extractor.calls, 2) << "one for each version";
}

TEST_F(Resumed, APageCountOfAnUnfinishedDocumentIsTakenBack) {
  output.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::commit) return fail(ErrorKind::unavailable, "output", "down");
    return {};
  };
  EXPECT_FALSE(process_it());
  EXPECT_EQ(progress.pages_done, 0U);
}

TEST_F(Process, WithoutOutputAndMarkTheSourceIsReadAtOnceAndNoMarkRemoved) {
  int heads = 0;
  source.before = [&](StoreCall call, std::string_view) -> Result<void> {
    heads += call == StoreCall::head;
    return {};
  };
  output.before = [&](StoreCall call, std::string_view) -> Result<void> {
    EXPECT_NE(call, StoreCall::remove);
    return {};
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(heads, 0);
  EXPECT_EQ(record().status, DocumentStatus::skipped);
  EXPECT_EQ(heads, 1) << "now there is an output that may be of an older version";
  source.before = [](StoreCall call, std::string_view) -> Result<void> {
    if (call == StoreCall::head) return fail(ErrorKind::unavailable, "store", "down");
    return {};
  };
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(processed.error().kind, ErrorKind::unavailable);
}

TEST_F(Process, OutputDoneMeanwhileByAnotherWorkerIsLeft) {
  const std::string theirs = done_output();
  write_before_commit(1, [&] { return theirs; });
  const DocumentRecord done = record();
  EXPECT_EQ(done.status, DocumentStatus::skipped);
  EXPECT_FALSE(done.error_kind);
  EXPECT_EQ(done.output_etag, output.etag(output_name));
  EXPECT_EQ(output.bytes(output_name), theirs);
}

TEST_F(Process, OutputOfAnOlderVersionWrittenMeanwhileIsReplaced) {
  const std::string stale = done_output();
  source.set(key, "%PDF-1.7 two");
  write_before_commit(1, [&] { return stale; });
  const DocumentRecord done = record();
  EXPECT_EQ(done.status, DocumentStatus::ok);
  EXPECT_EQ(done.attempt, 2U);
  EXPECT_EQ(extractor.calls, 1) << "what was read is put again";
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
}

TEST_F(Process, OutputRemovedMeanwhileIsPutAgain) {
  record();
  source.set(key, "%PDF-1.7 two");
  bool removed = false;
  output.before = [&](StoreCall call, std::string_view) {
    if (call == StoreCall::commit && !std::exchange(removed, true)) output.erase(output_name);
    return Result<void>();
  };
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
}

TEST_F(Process, OutputOfANewerVersionSupersedesOurs) {
  write_before_commit(1, [&] {
    source.set(key, "%PDF-1.7 two");
    return done_output();
  });
  const DocumentRecord superseded = record();
  EXPECT_EQ(superseded.status, DocumentStatus::skipped);
  EXPECT_EQ(superseded.error_kind, ErrorKind::superseded);
  EXPECT_EQ(superseded.output_state, OutputState::current);
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
}

TEST_F(Process, SourceThatChangedMeanwhileIsReadAgain) {
  write_before_commit(1, [&] {
    source.set(key, "%PDF-1.7 two");
    return std::string("somebody's notes");
  });
  const DocumentRecord done = record();
  EXPECT_EQ(done.status, DocumentStatus::ok);
  EXPECT_EQ(extractor.calls, 2);
  EXPECT_EQ(done.source_etag, source.etag(key));
  EXPECT_EQ(stamp()->source_etag, source.etag(key));
}

TEST_F(Process, SourceRemovedMeanwhileIsSkipped) {
  write_before_commit(1, [&] {
    source.erase(key);
    return std::string("somebody's notes");
  });
  EXPECT_EQ(record().error_kind, ErrorKind::source_gone);
  EXPECT_EQ(output.bytes(output_name), "somebody's notes");
}

TEST_F(Process, FiveRoundsAgainstAnotherWriterAreUnavailable) {
  int commits = 0;
  write_before_commit(1000, [&] { return "note " + std::to_string(++commits); });
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(processed.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(commits, 5);
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_EQ(output.keys(), std::vector<std::string>{output_name});
}

TEST_F(Process, FiveChangesOfTheSourceAreUnavailable) {
  int changes = 0;
  write_before_commit(1000, [&] {
    source.set(key, "%PDF-1.7 version " + std::to_string(++changes));
    return "note " + std::to_string(changes);
  });
  const auto processed = process_it();
  ASSERT_FALSE(processed);
  EXPECT_EQ(processed.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(extractor.calls, 5);
}

// What a reader of the output needs to know, of a document that ends in each of the ways.
using OutputStates = Process;

TEST_F(OutputStates, WrittenAndDoneOutputsAreCurrent) {
  EXPECT_EQ(record().output_state, OutputState::current);
  EXPECT_EQ(record().output_state, OutputState::current);
}

TEST_F(OutputStates, ADocumentThatNeverSucceededHasNone) {
  extractor.answer_error(ErrorKind::corrupt);
  EXPECT_EQ(record().output_state, OutputState::none);
  EXPECT_EQ(record().output_state, OutputState::none) << "known by its mark";
  extractor.answer_error(ErrorKind::page_timeout);
  retry_failed = true;
  EXPECT_EQ(record().output_state, OutputState::none);
}

TEST_F(OutputStates, ANewerVersionThatFailsLeavesAStaleOne) {
  ASSERT_EQ(record().status, DocumentStatus::ok);
  for (const ErrorKind kind : {ErrorKind::page_timeout, ErrorKind::crashed, ErrorKind::corrupt}) {
    source.set(key, "%PDF-1.7 newer");
    extractor.answer_error(kind);
    const DocumentRecord failed = record();
    EXPECT_EQ(failed.error_kind, kind);
    EXPECT_EQ(failed.output_state, OutputState::stale);
    EXPECT_FALSE(failed.output_uri);
  }
  const auto mark = read_failed_mark(output, key);
  ASSERT_TRUE(mark && *mark);
  EXPECT_EQ((*mark)->record.output_state, OutputState::stale);
  EXPECT_EQ(record().output_state, OutputState::stale) << "known by its mark";
  source.set(key, "junk");
  EXPECT_EQ(record().output_state, OutputState::stale);
  source.set(key, "");
  EXPECT_EQ(record().output_state, OutputState::stale);
  recipe.limits.document_size_bytes_max = 1;
  source.set(key, "%PDF-1.7 large");
  EXPECT_EQ(record().output_state, OutputState::stale);
}

TEST_F(OutputStates, AnotherRecipeThatFailsLeavesTheTextOfTheSourceAsItIs) {
  ASSERT_EQ(record().status, DocumentStatus::ok);
  recipe.ocr_dpi = 300;
  extractor.answer_error(ErrorKind::page_timeout);
  EXPECT_EQ(record().output_state, OutputState::current);
  EXPECT_EQ(record().status, DocumentStatus::failed);
}

TEST_F(OutputStates, ASourceThatIsGoneLeavesAStaleOne) {
  ASSERT_EQ(record().status, DocumentStatus::ok);
  source.erase(key);
  const DocumentRecord gone = record();
  EXPECT_EQ(gone.error_kind, ErrorKind::source_gone);
  EXPECT_EQ(gone.output_state, OutputState::stale);
  output.erase(output_name);
  EXPECT_EQ(record().output_state, OutputState::none);
}

TEST_F(OutputStates, ASourceThatMayNotBeReadIsKnownByItsVersion) {
  source.set("in/b.pdf", "%PDF-1.7 readable, so that the refusal is of one document");
  ASSERT_EQ(record().status, DocumentStatus::ok);
  source.before = [](StoreCall call, std::string_view name) -> Result<void> {
    if (call == StoreCall::get && name == key) return fail(ErrorKind::denied, key, "no permission");
    return {};
  };
  redo_done = true;
  EXPECT_EQ(record().output_state, std::nullopt) << "nobody has asked for the version";
  redo_done = false;
  source.set(key, "%PDF-1.7 newer");
  EXPECT_EQ(record().output_state, OutputState::stale);
}

TEST_F(OutputStates, WhatIsNotOfDocmillIsNoOutput) {
  output.set(output_name, "somebody's notes");
  extractor.answer_error(ErrorKind::corrupt);
  EXPECT_EQ(record().output_state, OutputState::none);
}

TEST_F(OutputStates, CostNoRequest) {
  ASSERT_EQ(record().status, DocumentStatus::ok);
  source.set(key, "%PDF-1.7 newer");
  extractor.answer_error(ErrorKind::page_timeout);
  std::vector<std::pair<StoreCall, std::string>> calls;
  output.before = [&](StoreCall call, std::string_view asked) {
    calls.emplace_back(call, asked);
    return Result<void>();
  };
  EXPECT_EQ(record().output_state, OutputState::stale);
  // The look at the output with its footer, and one for a mark: as without it.
  EXPECT_EQ(calls, (std::vector<std::pair<StoreCall, std::string>>{{StoreCall::head, output_name},
                                                                   {StoreCall::read_range, output_name},
                                                                   {StoreCall::read_range, mark_name}}));
}

/// A destination that grants writing, and not the reading of what `denied` names.
class BlindProcess : public MillTest {
 protected:
  void deny(std::vector<StoreCall> denied) {
    output.before = [this, denied](StoreCall call, std::string_view) -> Result<void> {
      ++calls[call];
      if (std::ranges::find(denied, call) == denied.end()) return {};
      return fail(ErrorKind::denied, "output", "as the policy says");
    };
  }
  static constexpr auto reading = {StoreCall::head, StoreCall::read_range};
  static constexpr auto reading_and_listing = {StoreCall::head, StoreCall::read_range, StoreCall::list};
  std::map<StoreCall, int> calls;
};

TEST_F(BlindProcess, WithoutReadingAListingTellsWhatIsDone) {
  deny(reading);
  EXPECT_EQ(record().status, DocumentStatus::ok);
  source.date(key, WallTime(std::chrono::days(1)));
  output.date(output_name, WallTime(std::chrono::days(2)));
  EXPECT_EQ(record().status, DocumentStatus::skipped);
  EXPECT_EQ(extractor.calls, 1);
  source.date(key, WallTime(std::chrono::days(3)));
  EXPECT_EQ(record().status, DocumentStatus::ok) << "the source is newer";
  EXPECT_EQ(extractor.calls, 2);
}

TEST_F(BlindProcess, WithoutListingEveryDocumentIsProcessed) {
  deny(reading_and_listing);
  EXPECT_EQ(record().status, DocumentStatus::ok);
  const std::string first = output.etag(output_name);
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_NE(output.etag(output_name), first);
  EXPECT_EQ(calls[StoreCall::list], 1) << "a listing that was denied is not asked for again";
}

TEST_F(BlindProcess, TheOutputsStateIsAsFarAsItIsSeen) {
  ASSERT_TRUE(process_it());
  source.set(key, "%PDF-1.7 newer");
  extractor.answer_error(ErrorKind::page_timeout);
  source.date(key, WallTime(std::chrono::seconds(10)));
  output.date(output_name, WallTime(std::chrono::seconds(5)));
  deny(reading);
  EXPECT_EQ(record().output_state, OutputState::stale);
  output.erase(output_name);
  EXPECT_EQ(record().output_state, OutputState::none);
  deny(reading_and_listing);
  EXPECT_EQ(record().output_state, std::nullopt);
}

TEST_F(BlindProcess, TheSourceIsLookedAtBeforeAnUnseenOutputIsReplaced) {
  deny(reading_and_listing);
  ASSERT_EQ(record().status, DocumentStatus::ok);
  int rounds = 0;
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    if (++rounds == 1) source.set(key, "%PDF-1.7 two");
    return give_pages(receiver, 1, {{}});
  };
  const DocumentRecord written = record();
  EXPECT_EQ(written.status, DocumentStatus::ok);
  EXPECT_EQ(rounds, 2);
  EXPECT_EQ(written.source_etag, source.etag(key));
}

TEST_F(BlindProcess, MarksAreNotUsed) {
  deny(reading_and_listing);
  extractor.answer_error(ErrorKind::corrupt);
  EXPECT_EQ(record().status, DocumentStatus::failed);
  EXPECT_EQ(record().status, DocumentStatus::failed);
  EXPECT_EQ(extractor.calls, 2);
}

TEST_F(BlindProcess, WhatWasDeniedForAWhileIsAskedForAgain) {
  deny(reading_and_listing);
  extractor.answer_error(ErrorKind::corrupt);
  EXPECT_EQ(record().status, DocumentStatus::failed);
  deny({});
  EXPECT_EQ(record().status, DocumentStatus::skipped) << "its mark is there, and can be read now";
  EXPECT_EQ(extractor.calls, 1);
}

TEST_F(BlindProcess, AMarkThatIsNotThereIsNotRemoved) {
  deny({});
  EXPECT_EQ(record().status, DocumentStatus::ok);
  EXPECT_EQ(calls[StoreCall::remove], 0);
}

TEST_F(MillTest, MarksThatWereListedAreAskedForOnce) {
  extractor.answer_error(ErrorKind::corrupt);
  ASSERT_EQ(record().status, DocumentStatus::failed);
  ASSERT_TRUE(view.list_marks());
  int reads = 0;
  int removals = 0;
  output.before = [&](StoreCall call, std::string_view) -> Result<void> {
    reads += call == StoreCall::read_range ? 1 : 0;
    removals += call == StoreCall::remove ? 1 : 0;
    return {};
  };
  EXPECT_EQ(record().status, DocumentStatus::skipped);
  EXPECT_EQ(reads, 1);
  source.set("in/b.pdf", "%PDF-1.7 b");
  extractor.answer_pages({{}});
  const Job other{.source_key = "in/b.pdf", .output_name = "in/b.pdf", .document_id = {}};
  EXPECT_EQ(process(mill(), in_force(recipe), other)->status, DocumentStatus::ok);
  EXPECT_EQ(reads, 1) << "it has no mark";
  EXPECT_EQ(removals, 0);
}

TEST_F(MillTest, ForAMessageAnOutputToRetryCountsAsDone) {
  extractor.answer_pages({{}, ErrorKind::crashed});
  ASSERT_EQ(record().status, DocumentStatus::partial);
  Job job{.source_key = key, .output_name = key, .document_id = {}, .retry_is_done = true};
  EXPECT_EQ(process(mill(), in_force(recipe), job)->status, DocumentStatus::skipped);
  job.retry_is_done = false;
  EXPECT_EQ(process(mill(), in_force(recipe), job)->status, DocumentStatus::partial);
}

}  // namespace
}  // namespace docmill
