// The tables of many small outputs joined into few large files: `docmill collect`. docs/collect.md has the rules.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "document/layout.h"
#include "document/outputs.h"
#include "output/dataset/dataset_writing.h"
#include "output/dataset/partition.h"
#include "store/object_store.h"
#include "telemetry/progress.h"

namespace docmill {

struct CollectSettings {
  std::vector<Carrier> tables;  // that are joined; others in the dataset stay as they are
  std::string partition;        // the expression that `rule` is made of
  Layout layout = {};           // of the outputs
  DatasetWritingSettings writing = {};
  std::size_t threads_max = 8;  // that read
  std::string run_id;           // another each time
};

/// An output that is left out, with the reason.
struct LeftOutOutput {
  std::string uri, reason;
};

struct CollectSummary {
  bool finished = false;
  bool has_changed = false;  // the dataset is another than it was
  // Of outputs, each a table of a document:
  std::uint64_t outputs_listed = 0;
  std::uint64_t outputs_read = 0;
  std::uint64_t outputs_unchanged = 0;  // they were not read
  std::uint64_t outputs_added = 0;      // rows that are new in the dataset,
  std::uint64_t outputs_replaced = 0;   // that stand for those of an earlier version,
  std::uint64_t outputs_removed = 0;    // and that went, because their output did or became stale
  std::uint64_t outputs_joined = 0;     // in the dataset now
  std::uint64_t outputs_empty = 0;      // of them: without rows
  std::uint64_t outputs_partial = 0;    // of them: pages have errors
  std::uint64_t outputs_retry = 0;      // of them: pages have errors, and the next sweep tries again
  std::uint64_t rows = 0;               // in the dataset now
  // Left out:
  std::uint64_t outputs_stale = 0;
  std::uint64_t outputs_unreadable = 0;
  std::vector<LeftOutOutput> unreadable = {};  // the first few
  std::uint64_t of_others = 0;                 // objects that are no outputs of docmill's, by their names
  std::uint64_t of_other_tables = 0;           // outputs of tables that are not joined
  std::uint64_t outputs_unmatched = 0;         // in the default partition, because their address does not match
  // Of the dataset:
  std::uint64_t files = 0;
  std::uint64_t files_added = 0;
  std::uint64_t files_removed = 0;
  std::uint64_t leftovers_removed = 0;  // files of runs that were killed
  std::uint64_t strangers = 0;          // files in the folders of tables that docmill did not write
  std::uint64_t bytes = 0;
  std::vector<Error> place_errors = {};  // why it is not finished, or what could not be looked at (the first few)
  std::uint64_t place_errors_more = 0;
};

/// One run: list the outputs beside the dataset's manifest, read what changed, write new files, put the manifest under
/// the condition that it is the one that was read, and remove what it no longer names. Killed anywhere, the next run
/// comes to the same. An order to stop, or an error before the manifest is put, leaves the dataset as it was.
///
/// Errors: those of the stores; invalid_input (nothing lies in the place of outputs; the dataset is one of another
/// place, or partitioned by another rule; the rule makes too many files); corrupt (the manifest); superseded (somebody
/// else has changed the dataset meanwhile).
Result<CollectSummary> collect(ObjectStore& outputs, ObjectStore& dataset, const CollectSettings& settings,
                               const PartitionRule& rule, Random& random, RunProgress& progress,
                               const std::stop_token& stop);

}  // namespace docmill
