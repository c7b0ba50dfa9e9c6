#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/extract/image/fixtures.h"
#include "unit/extract/recording_sink.h"

namespace docmill::extract {
namespace {

using testing::ElementsAre;

struct Outcome {
  RecordingSink sink;
  Result<void> result;
};

Outcome run(std::string_view lines, const Options& options = {}) {
  Outcome outcome;
  outcome.result = extract(bytes_of("application/x-docmill-mock\n" + std::string(lines)), options, outcome.sink);
  return outcome;
}

std::vector<std::string> texts(const RecordingSink& sink) {
  std::vector<std::string> all;
  for (const PageRow& row : sink.rows) all.push_back(row.text);
  return all;
}

TEST(MockDocument, PagesEndAtPageLinesAndAtTheEnd) {
  const Outcome outcome = run("text a\ntext b c\npage\npage\ntext d\n");
  ASSERT_TRUE(outcome.result);
  EXPECT_EQ(outcome.sink.page_count, 3);
  EXPECT_THAT(texts(outcome.sink), ElementsAre("a\nb c", "", "d"));
  EXPECT_EQ(outcome.sink.rows[0].text_source, TextSource::native);
  EXPECT_EQ(outcome.sink.rows[1].text_source, TextSource::none);
}

TEST(MockDocument, ManyPagesFromOneLine) {
  const Outcome outcome = run("text first\npages 3 body\ntext last");
  EXPECT_THAT(texts(outcome.sink), ElementsAre("first", "body 2", "body 3", "body 4", "last"));
}

TEST(MockDocument, ActionsOfPagesOutsideTheRangeDoNotHappen) {
  const Outcome outcome = run("exit 7\npage\ntext b\npage\ntext c\npage\nabort\n",
                              {.recipe = {}, .pages = {.first = 1, .count = 2}, .passwords = {}});
  EXPECT_EQ(outcome.sink.page_count, 4);
  EXPECT_THAT(texts(outcome.sink), ElementsAre("b", "c"));
  EXPECT_EQ(outcome.sink.rows[0].page_index, 1);
}

TEST(MockDocument, ErrorsAreRowsOrTheDocuments) {
  const Outcome page = run("text a\nerror corrupt\npage\ntext b");
  ASSERT_EQ(page.sink.rows.size(), 2);
  EXPECT_EQ(page.sink.rows[0].error_kind, ErrorKind::corrupt);
  EXPECT_FALSE(page.sink.rows[1].error_kind);
  EXPECT_EQ(run("open_error encrypted").result.error().kind, ErrorKind::encrypted);
  EXPECT_EQ(run("").result.error().kind, ErrorKind::empty);
  EXPECT_EQ(run("no_such_action").result.error().kind, ErrorKind::invalid_input);
}

TEST(MockDocument, OcrIsAskedForWhereThereIsNoRecogniser) {
  const auto document = "text native\nneeds_ocr\ntext read\npage\ntext b";
  const Outcome elsewhere = run(document);
  EXPECT_THAT(elsewhere.sink.need_ocr, ElementsAre(0));
  EXPECT_THAT(texts(elsewhere.sink), ElementsAre("b"));
  const Outcome here = run(document, {.recipe = {}, .pages = {}, .recogniser_available = true, .passwords = {}});
  EXPECT_THAT(texts(here.sink), ElementsAre("read", "b"));
  EXPECT_EQ(here.sink.rows[0].text_source, TextSource::ocr);
  const Outcome safe = run(document, {.recipe = {}, .pages = {}, .safe_profile = true, .passwords = {}});
  EXPECT_THAT(texts(safe.sink), ElementsAre("native", "b"));
}

TEST(MockDocument, BrokenOutputIsTheSinksMatter) {
  const Outcome outcome = run("flood 16\nlie_schema\npage\nraw_output 99");
  EXPECT_THAT(outcome.sink.misbehaviour, ElementsAre("flood 16", "lie_schema ", "raw_output 99"));
}

TEST(MockDocument, SystemCallsAreTriedAndTold) {
  EXPECT_THAT(texts(run("syscall open\nsyscall dup").sink), ElementsAre("open: allowed\ndup: allowed"));
}

TEST(MockDocument, MemoryAndTimeAreTakenWithoutHarm) {
  EXPECT_THAT(texts(run("alloc 3\nsleep 1\nspin 1\ntext alive").sink), ElementsAre("alive"));
}

TEST(MockDocumentDeathTest, ProcessesEndAsAsked) {
  EXPECT_EXIT(run("exit 7"), testing::ExitedWithCode(7), "");
  EXPECT_EXIT(run("stderr 1\nabort"), testing::KilledBySignal(SIGABRT), "####");
#ifndef DOCMILL_SANITIZER
  EXPECT_EXIT(run("segv"), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(run("fpe"), testing::KilledBySignal(SIGFPE), "");
  EXPECT_EXIT(run("trap"), testing::KilledBySignal(SIGTRAP), "");
  EXPECT_EXIT(run("bus"), testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(run("ill"), testing::KilledBySignal(SIGILL), "");
#endif
}

TEST(MockDocument, ASinkThatWantsNoMoreEndsIt) {
  Outcome outcome;
  outcome.sink.rows_max = 2;
  ASSERT_TRUE(extract(bytes_of("application/x-docmill-mock\npages 9 x\nabort\n"), {}, outcome.sink));
  EXPECT_EQ(outcome.sink.rows.size(), 2);
}

TEST(MockDocument, TooMuchTextIsARowWithoutText) {
  Options options;
  options.recipe.limits.page_output_size_bytes_max = 5;
  const Outcome outcome = run("text 12345\npage\ntext 123456\npage\ntext c", options);
  EXPECT_THAT(texts(outcome.sink), ElementsAre("12345", "", "c"));
  EXPECT_EQ(outcome.sink.rows[1].error_kind, ErrorKind::limit_output);
  EXPECT_EQ(outcome.sink.rows[1].text_source, TextSource::none);
}

}  // namespace
}  // namespace docmill::extract
