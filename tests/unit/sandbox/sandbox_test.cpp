// The sandbox whole: real zygotes and children, documents of the mock type.
#include "sandbox/sandbox.h"
#include "sandbox/task.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "document/limits.h"
#include "unit/sandbox/processes.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

const std::filesystem::path program = DOCMILL_EXTRACT_PROGRAM;
const std::filesystem::path tessdata = "/usr/share/tesseract-ocr/5/tessdata";

std::string mock(const std::string& lines) { return "application/x-docmill-mock\n" + lines; }

std::string pages_named(int first, int count) {
  std::string lines;
  for (int i = first; i < first + count; ++i) lines += "text page " + std::to_string(i) + "\npage\n";
  return lines;
}

std::string large_pages(int count) { return "pages " + std::to_string(count) + " " + std::string(MiB, 'x') + "\n"; }

std::string_view text_of(const ExtractedPage& page) {
  return static_cast<const arrow::StringArray&>(*page.rows_of(TableId::pages)->GetColumnByName("text")).GetView(0);
}

/// Keeps what it needs to know of each page; `on_page` may wait, or refuse.
class Recorder final : public PageReceiver {
 public:
  explicit Recorder(std::function<Result<void>(std::uint32_t)> on_page = {}) : on_page_(std::move(on_page)) {}

  Result<void> opened(std::uint32_t count) override {
    page_count = count;
    return {};
  }
  Result<void> file(PageFile /*file*/) override { return {}; }
  Result<void> page(ExtractedPage page) override {
    indexes.push_back(page.page_index);
    texts.emplace_back(text_of(page).substr(0, 100));
    errors.push_back(page.summary.error ? std::optional(page.summary.error->kind) : std::nullopt);
    return on_page_ ? on_page_(page.page_index) : Result<void>();
  }

  bool in_order() const {
    for (std::size_t i = 0; i < indexes.size(); ++i)
      if (indexes[i] != i) return false;
    return true;
  }
  /// Indexes of the pages with an error.
  std::vector<std::uint32_t> failed() const {
    std::vector<std::uint32_t> pages;
    for (std::size_t i = 0; i < errors.size(); ++i)
      if (errors[i]) pages.push_back(indexes[i]);
    return pages;
  }

  std::uint32_t page_count = 0;
  std::vector<std::uint32_t> indexes;
  std::vector<std::string> texts;
  std::vector<std::optional<ErrorKind>> errors;

 private:
  std::function<Result<void>(std::uint32_t)> on_page_;
};

class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() {
    settings.program = program;
    settings.font_dir = program.parent_path() / "fonts";
    settings.tessdata_dirs = {tessdata};
    settings.slots = 2;
  }
  // A hang is a failure of this test, not of whoever waits for it.
  void SetUp() override { ::alarm(240); }
  void TearDown() override { ::alarm(0); }

  /// Runs the event loop here, and `work` on another thread.
  void with_sandbox(const std::function<void()>& work) {
    auto created = Sandbox::create(settings);
    ASSERT_TRUE(created) << created.error().text();
    sandbox = *std::move(created);
    std::thread worker([&] {
      work();
      sandbox->close();
    });
    sandbox->run();
    worker.join();
    sandbox.reset();
  }

  Result<void> extract(const std::string& document, PageReceiver& receiver, std::vector<std::uint32_t> pages = {}) {
    const auto blob = make_blob(std::as_bytes(std::span(document)));
    return sandbox->extract({.document = *blob,
                             .name = "a.mock",
                             .recipe = *in_force(recipe),
                             .passwords = passwords,
                             .pages = std::move(pages)},
                            receiver);
  }

  /// As many threads, each with its number.
  static void at_once(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }

  static pid_t zygote() {
    const auto children = children_of(::getpid());
    return children.empty() ? -1 : children.front();
  }

  SandboxSettings settings;
  Recipe recipe;
  const std::vector<std::string> passwords;
  std::unique_ptr<Sandbox> sandbox;
};

TEST_F(SandboxTest, PagesComeInOrderFromSeveralChildren) {
  with_sandbox([&] {
    Recorder recorder;
    const auto done = extract(mock(pages_named(0, 500)), recorder);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(recorder.page_count, 500U);
    ASSERT_EQ(recorder.indexes.size(), 500U);
    EXPECT_TRUE(recorder.in_order());
    for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(recorder.texts[i], "page " + std::to_string(i));
    EXPECT_TRUE(recorder.failed().empty());
  });
}

// One child opens the document; whoever has nothing to do gets half of what is left.
TEST_F(SandboxTest, IdleSlotsRelieveTheChildOfALongDocument) {
  std::string lines;
  for (int i = 0; i < 60; ++i) lines += "text page " + std::to_string(i) + "\nsleep 20\npage\n";
  settings.slots = 3;
  std::set<pid_t> children;
  with_sandbox([&] {
    Recorder recorder([&](std::uint32_t) -> Result<void> {
      for (const pid_t child : children_of(zygote())) children.insert(child);
      return {};
    });
    const auto done = extract(mock(lines), recorder);
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(recorder.indexes.size(), 60U);
    EXPECT_TRUE(recorder.in_order());
    EXPECT_TRUE(recorder.failed().empty());
  });
  EXPECT_GE(children.size(), 3U);
}

TEST_F(SandboxTest, IdleSlotsTakeOverDocumentsThatWaitInAList) {
  std::mutex mutex;
  std::set<pid_t> children;
  int whole = 0;
  with_sandbox([&] {
    // The first keeps one slot busy while the others gather in the list of another child.
    at_once(17, [&](int number) {
      std::this_thread::sleep_for(number == 0 ? 0ms : 100ms);
      Recorder recorder;
      const auto done = extract(mock(number == 0 ? "sleep 400\npage\n" : "text words\nsleep 40\npage\n"), recorder);
      const auto living = children_of(zygote());
      const std::lock_guard lock(mutex);
      children.insert(living.begin(), living.end());
      whole += done && recorder.indexes.size() == 1 && recorder.failed().empty() ? 1 : 0;
    });
  });
  EXPECT_EQ(whole, 17);
  EXPECT_GE(children.size(), 3U) << "nobody took over";
}

TEST_F(SandboxTest, NoMoreDocumentsShareAChildThanMay) {
  for (const std::uint32_t most : {1U, 4U}) {
    settings.documents_per_child_max = most;
    std::uint64_t children = 0;
    with_sandbox([&] {
      at_once(40, [&](int) {
        Recorder recorder;
        EXPECT_TRUE(extract(mock("text words\npage\n"), recorder));
      });
      children = sandbox->counts().children_started;
    });
    EXPECT_GE(children, 40 / most);
  }
}

TEST_F(SandboxTest, WantedPagesAloneCome) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock(pages_named(0, 100)), recorder, {3, 4, 77}));
    EXPECT_EQ(recorder.texts, (std::vector<std::string>{"page 3", "page 4", "page 77"}));
  });
}

// The child has opened the document and is not done with it while the other slot looks for work.
TEST_F(SandboxTest, WantedPagesPastTheEndLeaveIdleSlotsNothingToRelieve) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("text one\nclose_sleep 200\n"), recorder, {99}));
    EXPECT_EQ(recorder.page_count, 1U);
    EXPECT_TRUE(recorder.indexes.empty());
  });
}

TEST_F(SandboxTest, CrashCostsItsPageAlone) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock(pages_named(0, 60) + "segv\npage\n" + pages_named(61, 39)), recorder));
    EXPECT_EQ(recorder.indexes.size(), 100U);
    EXPECT_TRUE(recorder.in_order());
    ASSERT_EQ(recorder.failed(), (std::vector<std::uint32_t>{60}));
    EXPECT_EQ(recorder.errors[60], ErrorKind::crashed);
    EXPECT_EQ(recorder.texts[99], "page 99");
  });
}

TEST_F(SandboxTest, SafeProfileReadsOnePageAChildAndRecognisesNone) {
  settings.ocr_languages = "eng";
  with_sandbox([&] {
    const std::string document = mock("text one\npage\nneeds_ocr\ntext two\npage\nsegv\npage\ntext four\n");
    const auto blob = make_blob(std::as_bytes(std::span(document)));
    Recorder recorder;
    ASSERT_TRUE(sandbox->extract({.document = *blob,
                                  .name = "a",
                                  .recipe = *in_force(recipe),
                                  .passwords = passwords,
                                  .pages = {},
                                  .safe_profile = true},
                                 recorder));
    EXPECT_EQ(recorder.indexes.size(), 4U);
    ASSERT_EQ(recorder.failed(), (std::vector<std::uint32_t>{1, 2}));
    EXPECT_EQ(recorder.errors[1], ErrorKind::crashed);
    EXPECT_EQ(recorder.errors[2], ErrorKind::crashed);
    EXPECT_EQ(recorder.texts[0], "one");
    EXPECT_EQ(recorder.texts[3], "four");
  });
}

TEST_F(SandboxTest, OutputThatNoChildWritesCostsItsPageAlone) {
  with_sandbox([&] {
    for (const char* lie : {"raw_output 100000", "lie_schema 1", "flood 64", "short 1", "exit_early 1",
                            "decide 3\ndecide 3", "decide 200"}) {
      SCOPED_TRACE(lie);
      Recorder recorder;
      ASSERT_TRUE(extract(mock(pages_named(0, 2) + lie + "\npage\n" + pages_named(3, 2)), recorder));
      EXPECT_EQ(recorder.indexes.size(), 5U);
      ASSERT_EQ(recorder.failed(), (std::vector<std::uint32_t>{2}));
      EXPECT_EQ(recorder.errors[2], ErrorKind::bad_child_output);
    }
  });
}

TEST_F(SandboxTest, APageMayHaveOneDecisionOnOcr) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("decide 3\ntext one\npage\ndecide 5\ntext two\n"), recorder));
    EXPECT_EQ(recorder.texts, (std::vector<std::string>{"one", "two"}));
    EXPECT_TRUE(recorder.failed().empty());
  });
}

TEST_F(SandboxTest, NoiseOnStderrHoldsNobodyUp) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("stderr 200000\ntext done\n"), recorder));
    EXPECT_EQ(recorder.texts, (std::vector<std::string>{"done"}));
    EXPECT_TRUE(recorder.failed().empty());
  });
}

// Its neighbours in a shared child are done again, without a charge.
TEST_F(SandboxTest, SmallDocumentsThatShareAChildWithACrashArriveWhole) {
  with_sandbox([&] {
    std::atomic<int> whole = 0;
    at_once(40, [&](int number) {
      const bool bad = number == 20;
      Recorder recorder;
      const auto done = extract(mock("text one\npage\n" + std::string(bad ? "segv\n" : "") + "text two\n"), recorder);
      if (!done || recorder.indexes.size() != 2) return;
      if (recorder.failed() == (bad ? std::vector<std::uint32_t>{1} : std::vector<std::uint32_t>{})) ++whole;
    });
    EXPECT_EQ(whole, 40);
  });
}

TEST_F(SandboxTest, DocumentThatDoesNotOpenLeavesItsNeighboursAlone) {
  with_sandbox([&] {
    std::atomic<int> opened = 0;
    std::atomic<int> refused = 0;
    at_once(40, [&](int number) {
      Recorder recorder;
      const auto done = extract(mock(number % 4 == 0 ? "open_error encrypted\n" : "text one\n"), recorder);
      if (done && recorder.failed().empty() && recorder.texts == std::vector<std::string>{"one"}) ++opened;
      if (!done && done.error().kind == ErrorKind::encrypted) ++refused;
    });
    EXPECT_EQ(opened, 30);
    EXPECT_EQ(refused, 10);
  });
}

// One child at a time tries the bad page to its end before it goes on.
TEST_F(SandboxTest, DocumentOfTooManyBadPagesIsGivenUp) {
  settings.slots = 1;
  recipe.limits.bad_pages_max = 1;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("abort\npage\ntext two\n"), recorder));
    EXPECT_EQ(recorder.errors, (std::vector<std::optional<ErrorKind>>{ErrorKind::crashed, ErrorKind::crashed}));
  });
}

// Rows of 50,000 pages take more than 300 MiB.
TEST_F(SandboxTest, PagesThatAreLostTogetherDoNotLieInMemory) {
  settings.slots = 1;
  recipe.limits.bad_pages_max = 1;
  with_sandbox([&] {
    const std::uint64_t before = resident_bytes();
    std::uint64_t most = 0;
    Recorder recorder([&](std::uint32_t page) -> Result<void> {
      if (page % 1000 == 1) most = std::max(most, resident_bytes());
      return {};
    });
    ASSERT_TRUE(extract(mock("abort\npages 49999 never read\n"), recorder));
    EXPECT_EQ(recorder.failed().size(), 50'000U);
    EXPECT_TRUE(recorder.in_order());
#ifndef DOCMILL_SANITIZER  // AddressSanitizer keeps for a while what was freed
    EXPECT_LT(most - std::min(most, before), 100 * MiB);
#endif
  });
}

TEST_F(SandboxTest, ZygoteKilledUnderLoadCostsNoPage) {
  with_sandbox([&] {
    std::atomic<int> whole = 0;
    std::atomic<bool> over = false;
    std::thread killer([&] {
      for (int i = 0; i < 4 && !over; ++i) {
        std::this_thread::sleep_for(150ms);
        if (const pid_t pid = zygote(); pid > 0) ::kill(pid, SIGKILL);
      }
    });
    at_once(8, [&](int) {
      std::string lines;
      for (int i = 0; i < 40; ++i) lines += "sleep 10\ntext x\npage\n";
      Recorder recorder;
      if (extract(mock(lines), recorder) && recorder.indexes.size() == 40 && recorder.in_order() &&
          recorder.failed().empty())
        ++whole;
    });
    over = true;
    killer.join();
    EXPECT_EQ(whole, 8);
  });
}

TEST_F(SandboxTest, AZygoteThatHangsIsStartedAnewAndNoDocumentIsBlamed) {
  settings.limits.page_timeout = 500ms;
  settings.zygote_answer_timeout = 1s;
  with_sandbox([&] {
    Recorder before;
    ASSERT_TRUE(extract(mock("text one\n"), before));
    ::kill(zygote(), SIGSTOP);
    Recorder after;
    ASSERT_TRUE(extract(mock("text one\npage\ntext two\n"), after));
    EXPECT_EQ(after.indexes.size(), 2U);
    EXPECT_TRUE(after.failed().empty());
    EXPECT_EQ(sandbox->counts().zygotes_lost, 1U);
    EXPECT_EQ(sandbox->counts().children_lost, 0U);
  });
}

TEST_F(SandboxTest, AZygoteThatHangsWhileAChildIsKilledCostsThatPageAlone) {
  settings.limits.page_timeout = 500ms;
  settings.zygote_answer_timeout = 1s;
  with_sandbox([&] {
    std::thread hanging([] {
      while (children_of(zygote()).empty()) std::this_thread::sleep_for(5ms);
      ::kill(zygote(), SIGSTOP);
    });
    Recorder recorder;
    ASSERT_TRUE(extract(mock("sleep 200\ntext one\npage\nspin 100000\npage\ntext three\n"), recorder));
    hanging.join();
    EXPECT_EQ(recorder.errors,
              (std::vector<std::optional<ErrorKind>>{std::nullopt, ErrorKind::page_timeout, std::nullopt}));
    EXPECT_EQ(sandbox->counts().zygotes_lost, 1U);
  });
}

TEST_F(SandboxTest, ReceiverThatRefusesEndsItsOwnExtractionOnly) {
  with_sandbox([&] {
    at_once(4, [&](int number) {
      const bool refuses = number == 0;
      Recorder recorder([&](std::uint32_t page) -> Result<void> {
        if (refuses && page == 10) return fail(ErrorKind::unavailable, "disk", "full");
        return {};
      });
      const auto done = extract(mock(pages_named(0, 300)), recorder);
      EXPECT_EQ(done.has_value(), !refuses);
      EXPECT_EQ(recorder.indexes.size(), refuses ? 11U : 300U);
      EXPECT_EQ(done ? "" : done.error().message, refuses ? "full" : "");
    });
  });
}

// The event loop still has the task when its owner's memory runs out.
TEST_F(SandboxTest, ReceiverThatThrowsEndsItsOwnExtractionOnly) {
  with_sandbox([&] {
    at_once(4, [&](int number) {
      const bool throws = number != 0;
      Recorder recorder([&](std::uint32_t page) -> Result<void> {
        if (throws && page == 10) throw std::bad_alloc();
        return {};
      });
      const auto done = extract(mock(pages_named(0, 300)), recorder);
      EXPECT_EQ(done.has_value(), !throws);
      EXPECT_EQ(done ? "" : done.error().message, throws ? "out of memory" : "");
    });
  });
}

TEST_F(SandboxTest, AbortAnswersUnavailable) {
  with_sandbox([&] {
    std::thread aborter([&] {
      while (children_of(zygote()).empty()) std::this_thread::sleep_for(5ms);
      sandbox->abort();
    });
    at_once(4, [&](int) {
      Recorder recorder;
      const auto done = extract(mock("sleep 100000\n"), recorder);
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
    });
    aborter.join();
    Recorder later;
    EXPECT_EQ(extract(mock("text x\n"), later).error().kind, ErrorKind::unavailable);
  });
}

// The window is full of large pages and one is in the receiver's hands; what is left fits into the pipe, so the child
// ends while nobody reads it.
TEST_F(SandboxTest, AbortEndsADocumentWhoseChildEndedWhileItWasPaused) {
  settings.slots = 1;
  with_sandbox([&] {
    Recorder recorder([&](std::uint32_t page) -> Result<void> {
      if (page > 0) return {};
      for (int quiet = 0; quiet < 50;) {
        std::this_thread::sleep_for(10ms);
        quiet = children_of(zygote()).empty() ? quiet + 1 : 0;
      }
      sandbox->abort();
      std::this_thread::sleep_for(200ms);
      return {};
    });
    const auto done = extract(mock(large_pages(window_size_bytes_max / MiB + 1) + "pages 3 small\n"), recorder);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  });
}

TEST_F(SandboxTest, PageThatTakesTooLongIsARow) {
  settings.limits.page_timeout = 300ms;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("text one\npage\nspin 100000\npage\ntext three\n"), recorder));
    EXPECT_EQ(recorder.errors,
              (std::vector<std::optional<ErrorKind>>{std::nullopt, ErrorKind::page_timeout, std::nullopt}));
  });
}

TEST_F(SandboxTest, StoppedChildIsKilledAllTheSame) {
  settings.limits.page_timeout = 300ms;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("stop\npage\ntext two\n"), recorder));
    EXPECT_EQ(recorder.errors.size(), 2U);
    EXPECT_TRUE(recorder.errors[0]);
    EXPECT_FALSE(recorder.errors[1]);
  });
}

TEST_F(SandboxTest, DocumentWhoseTimeIsUsedUpGivesRowsForTheRest) {
  settings.limits.document_timeout_base = 500ms;
  settings.limits.document_timeout_per_page = 0ms;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("text one\npage\nsleep 100000\npage\ntext three\n"), recorder));
    EXPECT_EQ(recorder.errors, (std::vector<std::optional<ErrorKind>>{std::nullopt, ErrorKind::document_timeout,
                                                                      ErrorKind::document_timeout}));
  });
}

TEST_F(SandboxTest, ChildOverItsMemoryIsOutOfMemory) {
  settings.limits.child_memory_bytes_max = 512 * MiB;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("text one\npage\nalloc 2000\npage\ntext three\n"), recorder));
    EXPECT_EQ(recorder.errors,
              (std::vector<std::optional<ErrorKind>>{std::nullopt, ErrorKind::out_of_memory, std::nullopt}));
  });
}

TEST_F(SandboxTest, SlowReceiverOfALargeDocumentCostsTheWindowAndNoMore) {
  with_sandbox([&] {
    const std::uint64_t before = resident_bytes();
    std::uint64_t most = 0;
    Recorder recorder([&](std::uint32_t page) -> Result<void> {
      if (page == 0) std::this_thread::sleep_for(1s);
      most = std::max(most, resident_bytes());
      return {};
    });
    ASSERT_TRUE(extract(mock(large_pages(400)), recorder));
    EXPECT_EQ(recorder.indexes.size(), 400U);
    EXPECT_TRUE(recorder.in_order() && recorder.failed().empty());
#ifndef DOCMILL_SANITIZER  // AddressSanitizer keeps for a while what was freed
    EXPECT_LT(most - std::min(most, before), 200 * MiB);
#endif
  });
}

// One child fills the window with later pages while the other is slow: the slow one must go on.
TEST_F(SandboxTest, FullWindowDoesNotStopThePageThatIsWaitedFor) {
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("sleep 1500\ntext one\npage\n" + large_pages(200)), recorder));
    EXPECT_EQ(recorder.indexes.size(), 201U);
    EXPECT_TRUE(recorder.in_order() && recorder.failed().empty());
  });
}

TEST_F(SandboxTest, ChildWithAFullWindowMakesRoomForAnEarlierPage) {
  if (!std::filesystem::exists(tessdata / "eng.traineddata")) GTEST_SKIP() << "no eng.traineddata";
  settings.slots = 1;
  with_sandbox([&] {
    Recorder recorder;
    ASSERT_TRUE(extract(mock("needs_ocr\ntext recognised\npage\n" + large_pages(150)), recorder));
    EXPECT_EQ(recorder.indexes.size(), 151U);
    EXPECT_TRUE(recorder.in_order() && recorder.failed().empty());
    EXPECT_EQ(recorder.texts.front(), "recognised");
  });
}

TEST_F(SandboxTest, NothingIsLeftBehind) {
  const std::ptrdiff_t before_all = open_descriptors();
  with_sandbox([&] {
    const std::ptrdiff_t before = open_descriptors();
    at_once(4, [&](int number) {
      for (int i = 0; i < 50; ++i) {
        Recorder recorder;
        (void)extract(mock(i % 10 == number ? "text x\npage\nsegv\n" : "text x\n"), recorder);
      }
    });
    // The loop closes a child's descriptors when it hears of its end.
    for (int i = 0; i < 500 && (open_descriptors() > before || !children_of(zygote()).empty()); ++i)
      std::this_thread::sleep_for(10ms);
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_TRUE(children_of(zygote()).empty());
  });
  EXPECT_EQ(open_descriptors(), before_all);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(SandboxTest, MissingProgramIsNotFound) {
  settings.program = "/nowhere/docmill-extract";
  const auto created = Sandbox::create(settings);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::not_found);
}

TEST_F(SandboxTest, MissingFontsAreNamed) {
  settings.font_dir = "/nowhere/fonts";
  const auto created = Sandbox::create(settings);
  ASSERT_FALSE(created);
  EXPECT_NE(created.error().text().find("/nowhere/fonts"), std::string::npos) << created.error().text();
}

}  // namespace
}  // namespace docmill
