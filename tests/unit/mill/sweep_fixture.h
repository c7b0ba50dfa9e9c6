// A sweep between stores in memory.
#pragma once

#include <arrow/array.h>
#include <arrow/table.h>
#include <fmt/format.h>

#include <stop_token>
#include <string>
#include <vector>

#include "mill/document_tally.h"
#include "mill/sweep.h"
#include "output/manifest.h"
#include "unit/mill/mill_fixture.h"
#include "unit/output/parquet_reading.h"
#include "unit/store/temporary_folder.h"

namespace docmill {

/// Sweeps of a mill as MillTest has it.
class SweepTest : public MillTest {
 protected:
  SweepTest() {
    source.erase(key);
    observer.add(tally);
  }

  void add(int count) {
    for (int i = 0; i < count; ++i)
      source.set(fmt::format("d{:03}.pdf", i), "%PDF-1.7 " + std::string(static_cast<std::size_t>(i * 37 % 50), 'x'));
  }

  Result<SweepSummary> run(const std::stop_token& stop = {}, const std::string& id = "run-1", bool remote = false) {
    const SweepSettings settings{.run_id = id,
                                 .recipe = in_force(recipe),
                                 .journal_dir = journals.path(),
                                 .exclusive = !remote,
                                 .names_decide = remote,
                                 .leave_out = {},
                                 .retry_failed = false,
                                 .manifest_always = manifest_always,
                                 .documents_in_flight_max = 4};
    return sweep(mill(), settings, *concurrency, observer, stop);
  }

  /// A column of a run's manifest; "-" for null.
  std::vector<std::string> manifest(const std::string& name, const std::string& id = "run-1") {
    const auto read = read_parquet(output.bytes(manifest_key(id)));
    const auto& values = column<arrow::StringArray>(read, name);
    std::vector<std::string> texts;
    for (std::int64_t i = 0; i < values.length(); ++i) texts.push_back(values.IsNull(i) ? "-" : values.GetString(i));
    return texts;
  }

  TemporaryFolder journals;
  bool manifest_always = true;
  DocumentTally tally{progress};
  DocumentObservers observer;
};

}  // namespace docmill
