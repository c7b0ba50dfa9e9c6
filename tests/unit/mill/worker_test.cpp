#include "mill/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "output/names.h"
#include "sim/mill_over.h"
#include "sim/queue_model.h"
#include "sim/store_model.h"
#include "unit/mill/mill_fixture.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

/// One worker, its queue and its stores in virtual time.
/// Counts its messages as a test says.
class CountedQueue final : public sim::QueueClient {
 public:
  using QueueClient::QueueClient;
  std::function<Result<QueueStatus>()> count = [] { return QueueStatus{}; };

  Result<QueueStatus> status() override { return count(); }
};

class WorkerTest : public testing::Test, public WorkerObserver {
 protected:
  WorkerTest() {
    settings.in = {.bucket = "b", .prefix = "in/"};
    settings.out = {{.bucket = "b", .prefix = "in/out/"}};
    settings.documents_in_flight = 2;
    settings.visibility_timeout = 60s;
    settings.exit_when_empty = true;
    settings.receive_wait = 1s;
    settings.recipe_with = [this](std::string_view json) -> Result<Recipe> {
      Recipe changed = recipe;
      const auto dpi = nlohmann::json::parse(json).value("ocr_dpi", 0);
      if (dpi == 0) return fail(ErrorKind::invalid_input, "recipe", "unknown setting");
      changed.ocr_dpi = static_cast<std::uint32_t>(dpi);
      return changed;
    };
  }

  void document(const std::string& key, const std::string& bytes = "%PDF-1.7") {
    (void)source.write(key, bytes, WriteCondition::always());
  }
  void send(const std::string& body) { queue.send(body, {}, fibers.now()); }
  /// One notification of S3 with a record for each.
  void send_event(const std::vector<std::string>& keys) {
    nlohmann::json body{{"Records", nlohmann::json::array()}};
    for (const std::string& key : keys)
      body["Records"].push_back({{"eventVersion", "2.1"},
                                 {"eventSource", "aws:s3"},
                                 {"eventName", "ObjectCreated:Put"},
                                 {"s3", {{"bucket", {{"name", "b"}}}, {"object", {{"key", key}, {"size", 8}}}}}});
    send(body.dump());
  }
  void stop_at(sim::Time time) {
    fibers.start(std::make_shared<sim::Process>(), [this, time] {
      fibers.sleep_for(std::chrono::duration_cast<std::chrono::milliseconds>(time - fibers.now()));
      process->stop.request_stop();
    });
  }
  void ask_for(const std::string& key, bool force = false) {
    send(message_body_of({.bucket = "b", .key = "in/" + key, .force = force}));
  }
  bool has_output(const std::string& key) { return output.find(table_name(key, "raw_text")) != nullptr; }

  Result<WorkerSummary> run() {
    Result<WorkerSummary> summary;
    fibers.start(process, [&] {
      const auto clock = sim::make_clock(fibers);
      const auto random = sim::make_random(fibers);
      const auto concurrency = sim::make_concurrency(fibers, process);
      sim::StoreClient source_client(source, fibers, *process, faults);
      sim::StoreClient output_client(output, fibers, *process, faults);
      CountedQueue queue_client(queue, &dead_letters, settings.receives_max, fibers, *process, faults);
      queue_client.count = status;
      sim::QueueClient dead_client(dead_letters, nullptr, 10, fibers, *process, dead_faults);
      const sim::MillOver over({.source = source_client,
                                .output = output_client,
                                .extractor = extractor,
                                .clock = *clock,
                                .random = *random,
                                .concurrency = *concurrency});
      summary =
          work(over.mill(), {.queue = queue_client, .dead_letters = has_dead_letter_queue ? &dead_client : nullptr},
               settings, *concurrency, *this, process->stop.get_token());
    });
    EXPECT_TRUE(fibers.run_until(sim::Time(24h))) << "the worker did not come to its end";
    return summary;
  }

  std::vector<std::string> notes() {
    std::vector<std::string> keys;
    for (const auto& [key, version] : output.objects())
      if (key.starts_with("_docmill/begun/")) keys.push_back(key);
    return keys;
  }
  std::vector<std::string> letter_keys() {
    std::vector<std::string> keys;
    for (const auto& letter : letters()) keys.push_back(letter.at("key"));
    return keys;
  }
  std::vector<nlohmann::json> letters() {
    std::vector<nlohmann::json> bodies;
    for (const auto& entry : dead_letters.entries())
      bodies.push_back(nlohmann::json::parse(entry.body, nullptr, false));
    return bodies;
  }

  void on_received(const Message& /*message*/) override { ++receives; }
  void on_outage(bool begins) override { outages.push_back(begins); }
  void on_receive(const Result<std::size_t>& messages) override { calls_with_messages += messages && *messages > 0; }
  void on_message(const Message& message, MessageOutcome outcome) override {
    outcomes.emplace_back(name_of(outcome));
    last_receive_count = message.receive_count;
  }
  void on_document(const Job& /*job*/, const DocumentRecord& record) override {
    if (!queue.is_empty()) recorded_before_removal = true;
    records.push_back(record);
  }

  sim::Fibers fibers{1};
  std::shared_ptr<sim::Process> process = std::make_shared<sim::Process>();
  sim::Faults faults, dead_faults;
  sim::StoreModel source{"source", fibers};
  sim::StoreModel output{"output", fibers};
  sim::QueueModel queue, dead_letters;
  bool has_dead_letter_queue = true;
  std::function<Result<QueueStatus>()> status = [] { return QueueStatus{}; };
  ScriptedExtractor extractor;
  Recipe recipe;
  WorkerSettings settings = [this] {
    WorkerSettings with;
    with.recipe = in_force(recipe);
    return with;
  }();
  std::vector<std::string> outcomes;
  std::vector<bool> outages;
  std::vector<DocumentRecord> records;
  bool recorded_before_removal = false;
  int calls_with_messages = 0;
  int receives = 0;
  std::uint32_t last_receive_count = 0;
};

TEST_F(WorkerTest, ADocumentIsRecordedAndThenItsMessageRemoved) {
  document("a.pdf");
  ask_for("a.pdf");
  ASSERT_TRUE(run());
  EXPECT_TRUE(has_output("a.pdf"));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(recorded_before_removal);
  EXPECT_THAT(outcomes, ElementsAre("done"));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].source_uri, "s3://source/a.pdf");
}

TEST_F(WorkerTest, AMessageThatComesAgainExtractsNothing) {
  document("a.pdf");
  ask_for("a.pdf");
  ask_for("a.pdf");
  settings.documents_in_flight = 1;
  ASSERT_TRUE(run());
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_THAT(outcomes, ElementsAre("done", "done"));
}

TEST_F(WorkerTest, ACallOfTheQueueBringsSeveralMessages) {
  for (int i = 0; i < 40; ++i) {
    document(std::to_string(i));
    ask_for(std::to_string(i));
  }
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, SizeIs(40));
  EXPECT_LE(calls_with_messages, 10);
}

TEST_F(WorkerTest, ADocumentThatIsGoneIsAcknowledged) {
  ask_for("gone.pdf");
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("source_gone"));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_THAT(letters(), IsEmpty());
}

TEST_F(WorkerTest, AFailedDocumentLeavesAMarkARecordAndADeadLetter) {
  document("a.pdf");
  ask_for("a.pdf");
  extractor.answer_error(ErrorKind::corrupt);
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("failed"));
  EXPECT_TRUE(queue.is_empty());
  EXPECT_NE(output.find(failed_mark_key("a.pdf")), nullptr);
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_EQ(letters()[0]["key"], "in/a.pdf");
  EXPECT_EQ(letters()[0]["force"], true) << "so that sending it back tries again";
  EXPECT_EQ(dead_letters.entries()[0].attributes.at("docmill.error_kind"), "corrupt");
  EXPECT_THAT(dead_letters.entries()[0].attributes.at("docmill.reason"), HasSubstr("as scripted"));
}

TEST_F(WorkerTest, ADocumentThatIsKnownToFailIsNotExtractedAgainUnlessForced) {
  document("a.pdf");
  extractor.answer_error(ErrorKind::corrupt);
  settings.documents_in_flight = 1;
  ask_for("a.pdf");
  ask_for("a.pdf");
  ASSERT_TRUE(run());
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_THAT(letters(), SizeIs(2)) << "dead letters are a set of documents";
  process = std::make_shared<sim::Process>();
  extractor.answer_pages({{}});
  ask_for("a.pdf", true);
  ASSERT_TRUE(run());
  EXPECT_TRUE(has_output("a.pdf"));
}

TEST_F(WorkerTest, ADocumentThatFailedPerhapsLeavesNoMark) {
  document("a.pdf");
  ask_for("a.pdf");
  extractor.answer_error(ErrorKind::crashed);
  ASSERT_TRUE(run());
  EXPECT_EQ(output.find(failed_mark_key("a.pdf")), nullptr);
  EXPECT_THAT(letters(), SizeIs(1));
  EXPECT_THAT(records, SizeIs(1));
}

TEST_F(WorkerTest, WhatFailedGoesWhereTheSettingsSay) {
  extractor.answer_error(ErrorKind::corrupt);
  document("a.pdf");
  ask_for("a.pdf");
  settings.on_failed = OnFailed::remove;
  ASSERT_TRUE(run());
  EXPECT_TRUE(queue.is_empty());
  EXPECT_THAT(letters(), IsEmpty());

  process = std::make_shared<sim::Process>();
  document("b.pdf");
  ask_for("b.pdf");
  settings.on_failed = OnFailed::keep;
  settings.receives_max = 3;
  ASSERT_TRUE(run());
  EXPECT_FALSE(queue.is_empty()) << "left to the queue's own redrive";
}

TEST_F(WorkerTest, WithoutADeadLetterQueueWhatFailedIsRecordedAndRemoved) {
  extractor.answer_error(ErrorKind::corrupt);
  document("a.pdf");
  ask_for("a.pdf");
  has_dead_letter_queue = false;
  ASSERT_TRUE(run());
  EXPECT_TRUE(queue.is_empty());
  EXPECT_THAT(records, SizeIs(1));
}

TEST_F(WorkerTest, OneDocumentOfAMessageWithSeveralFailsAlone) {
  for (const char* name : {"a.pdf", "c.pdf"}) document(name);
  document("bad.pdf", "no document");
  send_event({"in/a.pdf", "in/bad.pdf", "in/c.pdf"});
  ASSERT_TRUE(run());
  EXPECT_TRUE(has_output("a.pdf"));
  EXPECT_TRUE(has_output("c.pdf"));
  EXPECT_TRUE(queue.is_empty());
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_EQ(letters()[0]["key"], "in/bad.pdf");
}

TEST_F(WorkerTest, APartThatGoesBackRepeatsNoDeadLetterOfTheOthers) {
  for (const char* name : {"changing.pdf", "crashing.pdf", "good.pdf"}) document(name);
  document("marked.pdf", "no document");
  // A part that fails with a mark, one without, and one that is no business of this worker's.
  const std::vector<std::string> keys{"in/changing.pdf", "in/marked.pdf", "in/crashing.pdf", "elsewhere/a.pdf",
                                      "in/good.pdf"};
  send_event(keys);
  source.refuse("changing.pdf", ErrorKind::source_changed);
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (request.name.ends_with("crashing.pdf")) return fail(ErrorKind::crashed, request.name, "as scripted");
    return give_pages(receiver, 1, {{}});
  };
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(100s);
    EXPECT_TRUE(has_output("good.pdf")) << "the others do not wait for it";
    source.refuse_no_more("changing.pdf");
  });
  settings.exit_when_empty = false;
  stop_at(sim::Time(10min));
  ASSERT_TRUE(run());
  EXPECT_GE(receives, 3);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(has_output("changing.pdf"));
  EXPECT_THAT(letter_keys(), UnorderedElementsAre("in/marked.pdf", "in/crashing.pdf", "elsewhere/a.pdf"));
}

TEST_F(WorkerTest, WhoeverHasLostAMessageSendsNoDeadLetter) {
  document("a.pdf");
  ask_for("a.pdf");
  extractor.script = [&](const ExtractRequest& request, PageReceiver&) -> Result<void> {
    // Somebody else is given it, whom this worker's heartbeats have not come across yet.
    if (extractor.calls == 1) queue.entries()[0].receipt = queue.next_receipt();
    return fail(ErrorKind::crashed, request.name, "as scripted");
  };
  settings.exit_when_empty = false;
  stop_at(sim::Time(10min));
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("lost", "failed"));
  EXPECT_THAT(letter_keys(), ElementsAre("in/a.pdf"));
}

TEST_F(WorkerTest, DeadLettersThatCannotBeSentAreSentOnceEachWhenTheyCan) {
  for (const char* name : {"a.pdf", "b.pdf"}) document(name, "no document");
  send_event({"in/a.pdf", "in/b.pdf"});
  dead_faults.outage_ends = sim::Time(5min);
  ASSERT_TRUE(run());
  EXPECT_EQ(receives, 1);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_THAT(letter_keys(), ElementsAre("in/a.pdf", "in/b.pdf"));
}

TEST_F(WorkerTest, WhatLiesUnderOutIsIgnoredAndWhatLiesOutsideInIsPoison) {
  send(message_body_of({.bucket = "b", .key = "in/out/a_raw_text.parquet"}));
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("ignored"));
  EXPECT_THAT(letters(), IsEmpty());
  process = std::make_shared<sim::Process>();
  send(message_body_of({.bucket = "other", .key = "in/a.pdf"}));
  ASSERT_TRUE(run());
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_THAT(dead_letters.entries()[0].attributes.at("docmill.reason"),
              HasSubstr("does not lie under --in s3://b/in/"));
  EXPECT_EQ(extractor.calls, 0);
}

TEST_F(WorkerTest, APoisonMessageIsADeadLetterAsItIs) {
  send("no JSON");
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("poison"));
  EXPECT_TRUE(queue.is_empty());
  ASSERT_THAT(dead_letters.entries(), SizeIs(1));
  EXPECT_EQ(dead_letters.entries()[0].body, "no JSON");
}

TEST_F(WorkerTest, WithoutInEveryBucketIsServed) {
  settings.in = {};
  document("b/x/a.pdf");
  send(message_body_of({.bucket = "b", .key = "x/a.pdf"}));
  ASSERT_TRUE(run());
  EXPECT_TRUE(has_output("b/x/a.pdf"));
}

TEST_F(WorkerTest, AMessagesSettingsMakeAnotherRecipe) {
  document("a.pdf");
  send(message_body_of({.bucket = "b", .key = "in/a.pdf", .recipe = R"({"ocr_dpi":300})"}));
  std::uint32_t dpi = 0;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) {
    dpi = request.recipe.recipe.ocr_dpi;
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(dpi, 300U);
  process = std::make_shared<sim::Process>();
  send(message_body_of({.bucket = "b", .key = "in/a.pdf", .recipe = R"({"dpi":300})"}));
  ASSERT_TRUE(run());
  EXPECT_THAT(letters(), SizeIs(1));
}

TEST_F(WorkerTest, ADocumentThatKillsItsWorkerIsReadInTheSafeProfileBeforeTheLastReceive) {
  document("killer.pdf");
  ask_for("killer.pdf");
  settings.receives_max = 4;
  settings.exit_when_empty = false;
  std::vector<bool> safe;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    safe.push_back(request.safe_profile);
    if (request.safe_profile) return give_pages(receiver, 1, {{}});
    process->die();
    return fail(ErrorKind::unavailable, request.name, "the worker is dead");
  };
  for (int worker = 0; worker < 3; ++worker) {
    process = std::make_shared<sim::Process>();
    stop_at(fibers.now() + 5min);
    (void)run();
  }
  EXPECT_EQ(safe, (std::vector{false, false, true}));
  EXPECT_TRUE(has_output("killer.pdf"));
  EXPECT_THAT(notes(), IsEmpty()) << "the message has ended";
}

TEST_F(WorkerTest, AWorkerThatIsStoppedAgainAndAgainBringsNoDocumentNearerToTheSafeProfile) {
  document("long.pdf");
  ask_for("long.pdf");
  settings.receives_max = 4;
  settings.exit_when_empty = false;
  std::vector<bool> safe;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    safe.push_back(request.safe_profile);
    if (safe.size() == 4) return give_pages(receiver, 1, {{}});
    while (!process->stop.stop_requested()) fibers.sleep_for(1s);
    return fail(ErrorKind::unavailable, request.name, "docmill was told to stop");
  };
  for (int worker = 0; worker < 4; ++worker) {
    process = std::make_shared<sim::Process>();
    stop_at(fibers.now() + 1min);
    ASSERT_TRUE(run());
    EXPECT_THAT(notes(), IsEmpty());
  }
  EXPECT_EQ(safe, (std::vector{false, false, false, false}));
  EXPECT_TRUE(has_output("long.pdf"));
}

TEST_F(WorkerTest, WhatIsKnownOfAMessageThatKilledItsWorkerOutlivesAStop) {
  document("killer.pdf");
  ask_for("killer.pdf");
  settings.receives_max = 3;
  settings.exit_when_empty = false;
  std::vector<bool> safe;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    safe.push_back(request.safe_profile);
    if (safe.size() == 3) return give_pages(receiver, 1, {{}});
    if (safe.size() == 1) process->die();
    while (!process->stop.stop_requested()) fibers.sleep_for(1s);
    return fail(ErrorKind::unavailable, request.name, "the worker ends");
  };
  for (int worker = 0; worker < 3; ++worker) {
    process = std::make_shared<sim::Process>();
    stop_at(fibers.now() + 5min);
    (void)run();
  }
  EXPECT_EQ(safe, (std::vector{false, true, true}));
}

TEST_F(WorkerTest, AWorkerThatDiesBeforeItBeginsAMessageSaysNothingAgainstIt) {
  for (const char* name : {"a.pdf", "b.pdf"}) document(name);
  settings.receives_max = 3;
  settings.documents_in_flight = 1;
  settings.exit_when_empty = false;
  bool died = false;
  std::map<std::string, bool> safe;
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    safe[request.name] = request.safe_profile;
    if (!std::exchange(died, true)) {
      process->die();
      return fail(ErrorKind::unavailable, request.name, "the worker is dead");
    }
    return give_pages(receiver, 1, {{}});
  };
  for (const char* name : {"a.pdf", "b.pdf"}) ask_for(name);
  for (int worker = 0; worker < 2; ++worker) {
    process = std::make_shared<sim::Process>();
    stop_at(fibers.now() + 5min);
    (void)run();
  }
  EXPECT_EQ(safe.size(), 2U);
  EXPECT_EQ(std::ranges::count(safe, true, &std::pair<const std::string, bool>::second), 1) << "the one that was begun";
}

TEST_F(WorkerTest, ADocumentThatTakesThreeVisibilityTimeoutsIsProcessedOnce) {
  document("a.pdf");
  ask_for("a.pdf");
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    fibers.sleep_for(3 * settings.visibility_timeout + 7s);
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_EQ(receives, 1);
  EXPECT_THAT(outcomes, ElementsAre("done"));
}

TEST_F(WorkerTest, AnOutageCostsAMessageFewReceives) {
  status = [this]() -> Result<QueueStatus> { return QueueStatus{.delayed = queue.is_empty() ? 0U : 1U}; };
  settings.documents_in_flight = 6;
  for (int i = 0; i < 12; ++i) {
    document(std::to_string(i) + ".pdf");
    ask_for(std::to_string(i) + ".pdf");
  }
  // The stores fail, the queue does not.
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (fibers.now() < sim::Time(5min)) return fail(ErrorKind::unavailable, request.name, "an outage");
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_TRUE(queue.is_empty());
  // One when it begins; one or two more, for what goes back stays away for two minutes, and then for four.
  for (const auto& entry : queue.entries()) EXPECT_LE(entry.receive_count, 3U);
  EXPECT_THAT(letters(), IsEmpty());
}

TEST_F(WorkerTest, AnOutageWithFewMessagesCostsNone) {
  document("a.pdf");
  ask_for("a.pdf");
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (fibers.now() < sim::Time(20min)) return fail(ErrorKind::unavailable, request.name, "an outage");
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(receives, 1);
  EXPECT_THAT(outcomes, ElementsAre("done"));
}

TEST_F(WorkerTest, AnOutageOfTheOutputsExtractsADocumentOnce) {
  settings.visibility_timeout = 1h;  // the queue is out as well, so that nobody could keep the message from others
  document("a.pdf");
  ask_for("a.pdf");
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    faults.outage_begins = fibers.now();
    faults.outage_ends = fibers.now() + 20min;
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(extractor.calls, 1);
  EXPECT_THAT(outcomes, ElementsAre("done"));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.front().status, DocumentStatus::ok);
}

TEST_F(WorkerTest, APlaceThatFailsOneDocumentAloneGivesItsMessageBack) {
  settings.exit_when_empty = false;
  document("bad.pdf", "%PDF-bad");
  ask_for("bad.pdf");
  for (int i = 0; i < 40; ++i) {
    document(std::to_string(i) + ".pdf");
    queue.send(message_body_of({.bucket = "b", .key = "in/" + std::to_string(i) + ".pdf"}), {},
               fibers.now() + std::chrono::seconds(i));
  }
  extractor.script = [&](const ExtractRequest& request, PageReceiver& receiver) -> Result<void> {
    if (request.document.size_bytes() == 8 && request.name.ends_with("bad.pdf"))
      return fail(ErrorKind::denied, request.name, "may not be read");
    return give_pages(receiver, 1, {{}});
  };
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(100s);
    process->stop.request_stop();
  });
  ASSERT_TRUE(run());
  EXPECT_EQ(std::ranges::count(outcomes, "done"), 40);
  EXPECT_EQ(std::ranges::count(outcomes, "given_back"), 1);
  EXPECT_GT(queue.entries()[0].visible_at, sim::Time(100s)) << "away for a while";
}

TEST_F(WorkerTest, ADenialThatPassesCostsNoDocument) {
  for (int i = 0; i < 60; ++i) {
    document(std::to_string(i) + ".pdf");
    ask_for(std::to_string(i) + ".pdf");
  }
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    fibers.sleep_for(1s);
    return give_pages(receiver, 1, {{}});
  };
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(10s);
    faults.denied = true;
    fibers.sleep_for(60s);
    faults.denied = false;
  });
  settings.exit_when_empty = false;
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(1h);
    process->stop.request_stop();
  });
  ASSERT_TRUE(run());
  EXPECT_TRUE(queue.is_empty());
  EXPECT_THAT(dead_letters.entries(), IsEmpty());
  // One when it begins; one or two more, for what goes back stays away for two minutes, and then for four.
  for (const auto& entry : queue.entries()) EXPECT_LE(entry.receive_count, 3U);
  for (const DocumentRecord& record : records) EXPECT_NE(record.status, DocumentStatus::failed) << record.source_uri;
}

TEST_F(WorkerTest, AnArchivedDocumentIsADeadLetterAtOnce) {
  document("a.pdf");
  ask_for("a.pdf");
  source.refuse("a.pdf", ErrorKind::unreadable);
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("failed"));
  EXPECT_EQ(receives, 1);
  EXPECT_THAT(outages, IsEmpty());
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_EQ(dead_letters.entries()[0].attributes.at("docmill.error_kind"), "unreadable");
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(output.find(failed_mark_key("a.pdf")), nullptr) << "it may be restored";
}

TEST_F(WorkerTest, ADocumentThatIsDeniedAmongReadableOnesIsADeadLetter) {
  document("a.pdf");
  document("secret.pdf");
  ask_for("secret.pdf");
  source.refuse("secret.pdf", ErrorKind::denied);
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("failed")) << "though this worker was never asked for another one";
  EXPECT_EQ(dead_letters.entries()[0].attributes.at("docmill.error_kind"), "denied");
}

TEST_F(WorkerTest, ANameThatTheOutputCannotHoldIsADeadLetter) {
  for (const char* const key : {"a//1.pdf", "b//2.pdf", "c//3.pdf", "d//4.pdf", "e//5.pdf", "f//6.pdf"}) {
    document(key);
    ask_for(key);
    output.refuse(table_name(key, "raw_text"), ErrorKind::invalid_input);
  }
  document("good.pdf");
  ask_for("good.pdf");
  ASSERT_TRUE(run());
  EXPECT_TRUE(has_output("good.pdf"));
  EXPECT_THAT(letters(), SizeIs(6));
  EXPECT_THAT(outages, IsEmpty());
}

// Their answers do not say that they never will; others that can be read say that they alone are at fault.
TEST_F(WorkerTest, DocumentsThatNeverSucceedHoldNobodyUp) {
  settings.exit_when_empty = false;
  for (int i = 0; i < 8; ++i) {
    const std::string key = "bad" + std::to_string(i) + ".pdf";
    document(key);
    ask_for(key);
    source.refuse(key, ErrorKind::unavailable);
  }
  for (int i = 0; i < 20; ++i) {
    document(std::to_string(i) + ".pdf");
    queue.send(message_body_of({.bucket = "b", .key = "in/" + std::to_string(i) + ".pdf"}), {}, sim::Time(10s));
  }
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(1min);
    EXPECT_EQ(std::ranges::count(outcomes, "done"), 20);
    EXPECT_EQ(std::ranges::count(outcomes, "given_back"), 8);
    EXPECT_THAT(outages, IsEmpty());
    EXPECT_THAT(letters(), IsEmpty());
    process->stop.request_stop();
  });
  ASSERT_TRUE(run());
}

TEST_F(WorkerTest, OnlyOneThreadAndADocumentThatNeverSucceeds) {
  settings.exit_when_empty = false;
  settings.documents_in_flight = 1;
  document("bad.pdf");
  ask_for("bad.pdf");
  source.refuse("bad.pdf", ErrorKind::unavailable);
  document("good.pdf");
  queue.send(message_body_of({.bucket = "b", .key = "in/good.pdf"}), {}, sim::Time(5min));
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(10min);
    EXPECT_TRUE(has_output("good.pdf"));
    process->stop.request_stop();
  });
  ASSERT_TRUE(run());
}

TEST_F(WorkerTest, AtItsLastReceiveWhatFailsAloneIsADeadLetterWithAReason) {
  settings.exit_when_empty = false;
  settings.receives_max = 2;
  document("bad.pdf");
  ask_for("bad.pdf");
  source.refuse("bad.pdf", ErrorKind::unavailable);
  for (int i = 0; i < 1'000; ++i) {
    document(std::to_string(i) + ".pdf");
    queue.send(message_body_of({.bucket = "b", .key = "in/" + std::to_string(i) + ".pdf"}), {},
               fibers.now() + std::chrono::seconds(i));
  }
  fibers.start(std::make_shared<sim::Process>(), [this] {
    fibers.sleep_for(1h);
    process->stop.request_stop();
  });
  ASSERT_TRUE(run());
  ASSERT_THAT(letters(), SizeIs(1));
  EXPECT_EQ(dead_letters.entries()[0].attributes.at("docmill.error_kind"), "unavailable");
  EXPECT_EQ(std::ranges::count(outcomes, "failed"), 1);
}

TEST_F(WorkerTest, AQueueThatDeniesFromTheStartEndsIt) {
  faults.denied = true;
  const auto summary = run();
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::denied);
}

TEST_F(WorkerTest, ToldToStopItGivesBackWhatWaitsAndFinishesWhatRuns) {
  settings.documents_in_flight = 1;
  settings.exit_when_empty = false;
  for (const char* name : {"a.pdf", "b.pdf", "c.pdf"}) {
    document(name);
    ask_for(name);
  }
  extractor.script = [&](const ExtractRequest&, PageReceiver& receiver) {
    fibers.sleep_for(30s);
    process->stop.request_stop();
    fibers.sleep_for(10s);
    return give_pages(receiver, 1, {{}});
  };
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("done"));
  int visible = 0;
  for (const auto& entry : queue.entries()) visible += !entry.removed && entry.visible_at <= sim::Time(35s) ? 1 : 0;
  EXPECT_EQ(visible, 2) << "others may have them at once";
}

TEST_F(WorkerTest, ToldToStopItReceivesNothingThatItGaveBack) {
  for (const char* name : {"a.pdf", "b.pdf"}) {
    document(name);
    ask_for(name);
  }
  // The place is at fault, so both wait in hand, and go back as soon as the worker is told to stop.
  extractor.answer_error(ErrorKind::unavailable);
  settings.exit_when_empty = false;
  settings.receive_wait = 20s;
  for (std::uint32_t stops = 1; stops <= 3; ++stops) {
    process = std::make_shared<sim::Process>();
    stop_at(fibers.now() + 5s);  // before the tries that make it an outage, in which one of them would go back
    ASSERT_TRUE(run());
    for (const auto& entry : queue.entries()) {
      EXPECT_EQ(entry.receive_count, stops);
      EXPECT_LE(entry.visible_at, fibers.now()) << "others may have it at once";
    }
  }
}

TEST_F(WorkerTest, WhatFailsBecauseOfTheStopIsNoOutage) {
  settings.documents_in_flight = 6;
  settings.exit_when_empty = false;
  for (int i = 0; i < 6; ++i) {
    document(std::to_string(i));
    ask_for(std::to_string(i));
  }
  extractor.script = [&](const ExtractRequest& request, PageReceiver&) -> Result<void> {
    while (!process->stop.stop_requested()) fibers.sleep_for(1s);
    fibers.sleep_for(1s);
    return fail(ErrorKind::unavailable, request.name, "docmill was told to stop");
  };
  stop_at(sim::Time(10s));
  ASSERT_TRUE(run());
  EXPECT_THAT(outages, IsEmpty());
  EXPECT_THAT(outcomes,
              ElementsAre("given_back", "given_back", "given_back", "given_back", "given_back", "given_back"));
}

TEST_F(WorkerTest, AnOutageThatLastsBeyondTheStopHasNoEnd) {
  settings.documents_in_flight = 6;
  settings.exit_when_empty = false;
  for (int i = 0; i < 6; ++i) {
    document(std::to_string(i));
    ask_for(std::to_string(i));
  }
  extractor.answer_error(ErrorKind::unavailable);
  stop_at(sim::Time(5min));
  ASSERT_TRUE(run());
  EXPECT_THAT(outages, ElementsAre(true));
}

TEST_F(WorkerTest, ACountThatFailsDoesNotSayThatTheQueueIsEmpty) {
  document("a.pdf");
  queue.send(message_body_of({.bucket = "b", .key = "in/a.pdf"}), {}, sim::Time(1min));  // somebody else has it
  int counts = 0;
  status = [&]() -> Result<QueueStatus> {
    if (++counts <= 3) return fail(ErrorKind::unavailable, "queue", "refused");
    return QueueStatus{.in_flight = queue.is_empty() ? 0U : 1U};
  };
  ASSERT_TRUE(run());
  EXPECT_THAT(outcomes, ElementsAre("done"));
}

TEST_F(WorkerTest, WhereNobodyMayCountAnEmptyReceiveHasToDo) {
  status = []() -> Result<QueueStatus> { return fail(ErrorKind::denied, "queue", "as the policy says"); };
  ASSERT_TRUE(run());
}

TEST_F(WorkerTest, OneThatEndsWithTheQueueDoesNotWaitForMore) {
  settings.receive_wait = 20s;
  ASSERT_TRUE(run());
  EXPECT_LT(fibers.now(), sim::Time(3s));
}

TEST_F(WorkerTest, WhereADeadLetterMayNotBeSentTheOriginalStays) {
  extractor.answer_error(ErrorKind::corrupt);
  document("a.pdf");
  ask_for("a.pdf");
  settings.receives_max = 2;
  dead_faults.denied = true;
  ASSERT_TRUE(run());
  EXPECT_FALSE(queue.entries()[0].removed);
}

}  // namespace
}  // namespace docmill
