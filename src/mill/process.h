// The way of one document: source -> extraction -> durable output -> record. The only code that knows it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "document/job.h"
#include "document/limits.h"
#include "mill/output_view.h"
#include "mill/witnesses.h"
#include "sandbox/extractor.h"
#include "store/object_store.h"
#include "telemetry/progress.h"

namespace docmill {

/// Documents that are in memory at a time, together; a larger one goes alone.
inline constexpr std::uint64_t source_bytes_in_flight_max = 128 * MiB;

/// What process() works with. Everything outlives it; any number of threads may share one.
struct Mill {
  ObjectStore& source;
  ObjectStore& output;
  Extractor& extractor;
  Clock& clock;
  Random& random;
  const Recipe& recipe;
  std::string recipe_hash;
  std::vector<std::string> passwords;
  bool redo_done = false;  // --force: neither a done output nor a mark spares a document
  RunProgress& progress;
  OutputView& view;      // of `output`
  Witnesses& witnesses;  // of `source`

  /// The same with another recipe, which outlives it.
  Mill with(const Recipe& other) const {
    return {.source = source,
            .output = output,
            .extractor = extractor,
            .clock = clock,
            .random = random,
            .recipe = other,
            .recipe_hash = hash_of(other),
            .passwords = passwords,
            .redo_done = redo_done,
            .progress = progress,
            .view = view,
            .witnesses = witnesses};
  }
};

/// Does one document, whole: skips it when its output is done or its mark holds, else extracts it and writes every
/// output of the recipe under a condition, so that duplicates, late events and two workers on one document end in one
/// right output (docs: ARCHITECTURE.md, "Writing"). One thread.
class DocumentWork {
 public:
  /// Both outlive it.
  DocumentWork(const Mill& mill, const Job& job);
  DocumentWork(const DocumentWork&) = delete;
  DocumentWork& operator=(const DocumentWork&) = delete;
  ~DocumentWork();

  /// The record says what came of the document, also when it failed of its own fault, and when it alone cannot be read
  /// or written: archived, denied while others are not, a name that no folder holds. An Error is the place's, which was
  /// asked as often as the retry policy says, or of scope `unknown`: refused, with no other object to tell whether all
  /// are. The document is as it was. Called again, it goes on where the place failed: a write is repeated, and what was
  /// extracted for it is not extracted again, unless its bytes are lost (ObjectWriter::can_commit).
  Result<DocumentRecord> run();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// For who does not try again.
inline Result<DocumentRecord> process(const Mill& mill, const Job& job) { return DocumentWork(mill, job).run(); }

/// The record of a document that failed of `error` before anything could be done.
DocumentRecord failed_record(const Mill& mill, const Job& job, const Error& error);

}  // namespace docmill
