// A mill without processes, disks or time: stores in memory, a scripted extractor, a clock that only sleeping moves.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mill/process.h"
#include "output/names.h"
#include "output/stamp.h"
#include "unit/base/virtual_clock.h"
#include "unit/mill/memory_store.h"

namespace docmill {

/// A page of the script: nothing where it is fine.
using ScriptedPage = std::optional<ErrorKind>;

inline Result<void> give_pages(PageReceiver& receiver, std::uint32_t page_count, const std::vector<ScriptedPage>& pages,
                               Outputs outputs = {OutputId::text}) {
  if (auto opened = receiver.opened(page_count); !opened) return opened;
  for (std::uint32_t i = 0; i < pages.size(); ++i) {
    PageRow row;
    row.page_index = i;
    row.text = "text " + std::to_string(i);
    row.text_source = i % 2 == 0 ? TextSource::native : TextSource::ocr;
    row.error_kind = pages[i];
    row.error_message = pages[i] ? "as scripted" : "";
    if (auto taken = receiver.page(extracted(row, outputs)); !taken) return taken;
  }
  return {};
}

class ScriptedExtractor final : public Extractor {
 public:
  using Script = std::function<Result<void>(const ExtractRequest&, PageReceiver&)>;

  Script script = [](const ExtractRequest&, PageReceiver& receiver) { return give_pages(receiver, 2, {{}, {}}); };
  std::atomic<int> calls = 0;

  void answer_pages(std::vector<ScriptedPage> pages) {
    script = [pages = std::move(pages)](const ExtractRequest&, PageReceiver& receiver) {
      return give_pages(receiver, static_cast<std::uint32_t>(pages.size()), pages);
    };
  }
  void answer_error(ErrorKind kind) {
    script = [kind](const ExtractRequest& request, PageReceiver&) { return fail(kind, request.name, "as scripted"); };
  }

  Result<void> extract(const ExtractRequest& request, PageReceiver& receiver) override {
    ++calls;
    return script(request, receiver);
  }
  std::string_view sandbox_tier() const override { return "A"; }
};

class MillTest : public ::testing::Test {
 protected:
  static constexpr const char* key = "in/a.pdf";
  static constexpr const char* output_name = "in/a_raw_text.parquet";
  static constexpr const char* mark_name = "_docmill/failed/in/a.pdf.json";

  MillTest() { source.set(key, "%PDF-1.7 one"); }

  Mill mill() { return mill_between(source, output, extractor, view, witnesses); }
  /// With its settings, between other places.
  Mill mill_between(ObjectStore& from, ObjectStore& to, Extractor& by, OutputView& seen, Witnesses& known) {
    return {.source = from,
            .output = to,
            .extractor = by,
            .clock = clock,
            .random = random,
            .passwords = passwords,
            .redo_done = redo_done,
            .source_bytes = source_bytes,
            .progress = progress,
            .view = seen,
            .witnesses = known};
  }

  Result<DocumentRecord> process_it() {
    const Job job{.source_key = key, .listed = {}, .output_name = key, .document_id = {}, .retry_failed = retry_failed};
    return process(mill(), in_force(recipe), job);
  }

  /// The record of a document that must end in one.
  DocumentRecord record() {
    auto processed = process_it();
    EXPECT_TRUE(processed) << processed.error().text();
    return processed ? *std::move(processed) : DocumentRecord{};
  }

  std::optional<OutputStamp> stamp() {
    const auto found = read_stamp(output, output_name);
    return found && *found ? (*found)->stamp : std::nullopt;
  }

  MemoryStore source{"source"};
  MemoryStore output{"output"};
  OutputView view{output};
  Witnesses witnesses;
  ScriptedExtractor extractor;
  VirtualClock clock;
  FixedRandom random;
  Recipe recipe;
  std::vector<std::string> passwords;
  bool redo_done = false;
  bool retry_failed = false;
  const std::unique_ptr<Concurrency> concurrency = make_system_concurrency();
  ByteBudget source_bytes{source_bytes_in_flight_max, *concurrency};
  RunProgress progress;
};

}  // namespace docmill
