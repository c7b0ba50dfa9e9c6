#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "telemetry/log.h"
#include "telemetry/progress.h"
#include "telemetry/progress_line.h"
#include "telemetry/stderr_line.h"

namespace docmill {
namespace {

using std::chrono::seconds;

ProgressSnapshot half_way() {
  return {.documents_found = 40,
          .listing_finished = true,
          .documents_done = 20,
          .documents_failed = 1,
          .pages_found = 150,
          .pages_done = 100,
          .pages_ocr = 25,
          .elapsed_seconds = 10,
          .pages_per_second = 12.5};
}

TEST(ProgressLine, TellsDocumentsPagesSpeedOcrShareFailuresAndTimeLeft) {
  EXPECT_EQ(progress_line(half_way(), 200),
            "documents 20/40  pages 100/150  12.5 pages/s  OCR 25%  failed 1  left 10s");
}

TEST(ProgressLine, MarksATotalThatIsStillGrowingAndGivesNoTimeLeft) {
  ProgressSnapshot snapshot = half_way();
  snapshot.listing_finished = false;
  EXPECT_EQ(progress_line(snapshot, 200), "documents 20/40+  pages 100/150  12.5 pages/s  OCR 25%  failed 1");
}

TEST(ProgressLine, IsCutToTheTerminal) { EXPECT_EQ(progress_line(half_way(), 15), "documents 20/40"); }

TEST(ProgressTimeLeft, IsNotShortenedBySkippedDocuments) {
  ProgressSnapshot snapshot{.documents_found = 110,
                            .listing_finished = true,
                            .documents_done = 101,
                            .documents_skipped = 100,
                            .elapsed_seconds = 5};
  EXPECT_EQ(time_left(snapshot), seconds(45));  // nine documents at five seconds
  snapshot.documents_done = 100;
  EXPECT_EQ(time_left(snapshot), std::nullopt);
}

TEST(ProgressTimeLeft, SeesTheLongLastDocumentByItsPages) {
  const ProgressSnapshot snapshot{.documents_found = 101,
                                  .listing_finished = true,
                                  .documents_done = 100,
                                  .pages_found = 1'100,
                                  .pages_done = 100,
                                  .elapsed_seconds = 10};
  EXPECT_EQ(time_left(snapshot), seconds(100));
}

TEST(ProgressTimeLeft, OfARunThatStopsIsThatOfWhatRuns) {
  ProgressSnapshot snapshot = half_way();
  snapshot.listing_finished = false;
  snapshot.documents_found = 10'000;
  snapshot.pages_found = 110;
  snapshot.stopping = true;
  snapshot.documents_running = 4;
  EXPECT_EQ(time_left(snapshot), seconds(2));
  EXPECT_EQ(progress_line(snapshot, 200),
            "stopping: 4 running, 20 done  pages 100/110  12.5 pages/s  OCR 25%  failed 1  left 2s");
}

TEST(ProgressLine, OfAWorkerHasNoTotal) {
  ProgressSnapshot snapshot = half_way();
  snapshot.endless = true;
  snapshot.documents_running = 3;
  EXPECT_EQ(progress_line(snapshot, 200),
            "documents 20 done, 3 running  pages 100/150  12.5 pages/s  OCR 25%  failed 1");
}

TEST(ShortDuration, HasAtMostTwoUnits) {
  EXPECT_EQ(short_duration(seconds(7)), "7s");
  EXPECT_EQ(short_duration(seconds(185)), "3m05s");
  EXPECT_EQ(short_duration(seconds(7'650)), "2h07m");
}

TEST(StderrLine, GoesAboveTheLiveLineWhichIsDrawnAgain) {
  testing::internal::CaptureStderr();
  set_live_line("live");
  flush_stderr();
  write_stderr_line("event");
  flush_stderr();
  set_live_line("");
  write_stderr_line("last");
  flush_stderr();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "\r\x1b[Klive\r\x1b[Kevent\nlive\r\x1b[Klast\n");
}

TEST(ProgressDisplay, EndsAtOnceAndClearsItsLine) {
  const RunProgress progress;
  testing::internal::CaptureStderr();
  for (int i = 0; i < 500; ++i) const ProgressDisplay live(progress, true);
  flush_stderr();
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(written.empty() || written.ends_with("\r\x1b[K")) << written;
}

// Its end comes before, at, and after the first look of its thread.
TEST(ProgressDisplay, LogsNothingAtItsEnd) {
  const RunProgress progress;
  testing::internal::CaptureStderr();
  for (int i = 0; i < 500; ++i) {
    const ProgressDisplay logged(progress, false);
    if (i % 2 == 0) std::this_thread::yield();
  }
  flush_stderr();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace docmill
