#include "mill/worker_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "mill/document_metrics.h"
#include "mill/measured.h"
#include "mill/observers.h"
#include "mill/worker_health.h"
#include "unit/mill/mill_fixture.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class WorkerMetricsTest : public MillTest {
 protected:
  std::string text() { return prometheus_text(metrics.snapshot()); }

  Metrics metrics;
};

TEST_F(WorkerMetricsTest, CountsMessagesByWhatBecameOfThem) {
  WorkerMetrics observer(metrics, clock);
  Message message{.id = "1"};
  message.sent_at = clock.wall_now() - 3s;
  observer.on_received(message);
  message.receive_count = 2;
  observer.on_received(message);
  observer.on_receive(2);
  observer.on_receive(fail(ErrorKind::unavailable, "queue", "gone"));
  observer.on_message(message, MessageOutcome::failed);
  observer.on_in_hand(5);
  observer.on_outage(true);
  for (const char* const line :
       {"\ndocmill_messages_received_total 2\n", "\ndocmill_receive_failures_total 1\n",
        "\ndocmill_messages_total{outcome=\"failed\"} 1\n", "\ndocmill_messages_total{outcome=\"done\"} 0\n",
        "\ndocmill_messages_in_hand 5\n", "\ndocmill_outage 1\n", "\ndocmill_message_age_seconds_sum 3\n",
        "\ndocmill_message_age_seconds_count 1\n"})
    EXPECT_THAT(text(), HasSubstr(line));
}

TEST_F(WorkerMetricsTest, CountsDocumentsByWhatBecameOfThem) {
  DocumentMetrics observer(metrics);
  DocumentRecord record;
  record.status = DocumentStatus::partial;
  record.error_kind = ErrorKind::page_timeout;
  record.duration_ms = 1'500;
  observer.on_document({}, record);
  record.status = DocumentStatus::skipped;
  record.error_kind.reset();
  observer.on_document({}, record);
  for (const char* const line :
       {"\ndocmill_documents_total{status=\"partial\"} 1\n", "\ndocmill_documents_total{status=\"skipped\"} 1\n",
        "\ndocmill_document_errors_total{error_kind=\"page_timeout\"} 1\n",
        "\ndocmill_document_duration_seconds_sum 1.5\n", "\ndocmill_document_duration_seconds_count 1\n"})
    EXPECT_THAT(text(), HasSubstr(line));
}

TEST_F(WorkerMetricsTest, AMessageFromAClockThatIsAheadHasNoAge) {
  WorkerMetrics observer(metrics, clock);
  Message message{.id = "1"};
  message.sent_at = clock.wall_now() + 1h;
  observer.on_received(message);
  EXPECT_THAT(text(), HasSubstr("\ndocmill_message_age_seconds_sum 0\n"));
}

TEST_F(WorkerMetricsTest, CountsPagesAndBytesThatGoThrough) {
  MeasuredStore measured_source(source, metrics);
  MeasuredStore measured_output(output, metrics);
  int pages = 0;
  MeasuredExtractor measured(extractor, metrics, [&] { ++pages; });
  extractor.answer_pages({{}, {}, ErrorKind::crashed});
  const Mill observed = mill_between(measured_source, measured_output, measured, view, witnesses);
  ASSERT_TRUE(process(observed, in_force(recipe), {.source_key = key, .output_name = key, .document_id = {}}));
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(text(), HasSubstr("\ndocmill_pages_total{source=\"native\"} 2\n"));
  EXPECT_THAT(text(), HasSubstr("\ndocmill_pages_total{source=\"ocr\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("\ndocmill_page_errors_total{error_kind=\"crashed\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("\ndocmill_bytes_read_total " + std::to_string(source.bytes(key).size()) + "\n"));
  EXPECT_THAT(text(),
              HasSubstr("\ndocmill_bytes_written_total " + std::to_string(output.bytes(output_name).size()) + "\n"));
}

class LivenessTest : public ::testing::Test {
 protected:
  VirtualClock clock;
  Liveness liveness{clock, 10min};
};

TEST_F(LivenessTest, IsAliveWhileSomethingHappens) {
  const std::vector<std::function<void()>> happenings{[&] { liveness.on_listed(); }, [&] { liveness.on_progress(); },
                                                      [&] { liveness.on_work(); },
                                                      [&] { liveness.on_document({}, {}); }};
  for (const auto& happens : happenings) {
    clock.sleep_for(9min);
    EXPECT_TRUE(liveness.health().alive);
    happens();
  }
  clock.sleep_for(11min);
  EXPECT_FALSE(liveness.health().alive);
  EXPECT_FALSE(liveness.health().ready);
  EXPECT_EQ(liveness.health().reason, "no progress for 660 s");
  liveness.on_work();
  EXPECT_TRUE(liveness.health().ready);
}

TEST_F(LivenessTest, IsNotReadyWhenItEnds) {
  liveness.on_drain();
  EXPECT_TRUE(liveness.health().alive);
  EXPECT_FALSE(liveness.health().ready);
  EXPECT_EQ(liveness.health().reason, "told to stop");
}

class WorkerHealthTest : public LivenessTest {
 protected:
  WorkerHealth health{liveness};
};

TEST_F(WorkerHealthTest, IsAliveWhileItsQueueAnswers) {
  for (int i = 0; i < 5; ++i) {
    clock.sleep_for(9min);
    EXPECT_TRUE(health.health().alive);
    health.on_receive(0);
  }
  clock.sleep_for(11min);
  EXPECT_FALSE(health.health().alive);
  EXPECT_FALSE(health.health().ready);
  EXPECT_EQ(health.health().reason, "no progress for 660 s");
}

TEST_F(WorkerHealthTest, InAnOutageIsAliveAndNotReady) {
  health.on_outage(true);
  clock.sleep_for(24h);
  EXPECT_TRUE(health.health().alive);
  EXPECT_FALSE(health.health().ready);
  liveness.on_drain();
  EXPECT_TRUE(health.health().alive) << "told to stop in an outage";
}

TEST_F(WorkerHealthTest, IsReadyWhenAnOutageEnds) {
  health.on_outage(true);
  clock.sleep_for(24h);
  health.on_outage(false);
  EXPECT_TRUE(health.health().ready);
}

TEST_F(WorkerHealthTest, IsNotReadyWithoutItsQueueOrWhenItEnds) {
  EXPECT_TRUE(health.health().ready);
  health.on_receive(fail(ErrorKind::unavailable, "queue", "gone"));
  EXPECT_TRUE(health.health().alive);
  EXPECT_FALSE(health.health().ready);
  health.on_receive(1);
  EXPECT_TRUE(health.health().ready);
  liveness.on_drain();
  EXPECT_TRUE(health.health().alive);
  EXPECT_FALSE(health.health().ready);
}

TEST_F(WorkerHealthTest, IsNotReadyWhereNothingIsReceivedThoughMessagesWait) {
  health.on_queue_depth(40);
  for (int i = 0; i < 5; ++i) {
    clock.sleep_for(1min);
    health.on_receive(0);
    EXPECT_TRUE(health.health().ready);
  }
  clock.sleep_for(1min);
  health.on_receive(0);
  EXPECT_TRUE(health.health().alive);
  EXPECT_FALSE(health.health().ready);
  EXPECT_EQ(health.health().reason, "nothing was received for 360 s, though the queue holds 40 messages");
  EXPECT_TRUE(health.is_starved());
  health.on_received({.id = "1"});
  EXPECT_TRUE(health.health().ready);
}

TEST_F(WorkerHealthTest, IsReadyWhereDocumentsGoOnOrNoMessageWaits) {
  health.on_queue_depth(40);
  for (int i = 0; i < 20; ++i) {
    clock.sleep_for(1min);
    liveness.on_work();  // a page of a long document
  }
  EXPECT_TRUE(health.health().ready);
  health.on_queue_depth(0);
  clock.sleep_for(9min);
  EXPECT_TRUE(health.health().ready);
}

}  // namespace
}  // namespace docmill
