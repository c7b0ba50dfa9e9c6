// A listing of documents, each processed once, with a manifest: `docmill sweep`.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/concurrency.h"
#include "mill/document_observer.h"
#include "mill/known_done.h"
#include "mill/process.h"
#include "mill/selection.h"

namespace docmill {

struct SweepSettings {
  std::string run_id;
  SharedRecipe recipe;
  std::filesystem::path journal_dir;                       // local; for the journals of this output
  bool exclusive = true;                                   // one run at a time has journal_dir
  bool names_decide = false;                               // what is a document, where they say something
  std::function<bool(std::string_view prefix)> leave_out;  // folders of the source that are not entered
  Selection selection = {};                                // of the rest
  bool retry_failed = false;
  bool fail_if_empty = true;     // a place without a document is a failure
  bool manifest_always = false;  // also of a run in which nothing happened
  std::uint32_t documents_in_flight_max = 0;
  std::uint64_t known_rows_min = manifest_rows_min;  // of manifests, for which outputs are listed
};

/// A document that needs a person's attention.
struct Attention {
  std::string source_uri;
  DocumentStatus status;
  std::optional<ErrorKind> error_kind;  // none where the output of an earlier version names none
  std::string error_message;
  bool known_before;  // skipped now, failed or partial in an earlier run
};

/// An output whose text is not that of its document as it is now.
struct StaleOutput {
  std::string source_uri;
  std::string output_uri;
};

struct SweepSummary {
  std::uint64_t documents_ok = 0;
  std::uint64_t documents_partial = 0;
  std::uint64_t documents_failed = 0;
  std::uint64_t documents_skipped = 0;  // done before, or known
  std::uint64_t documents_skipped_with_error = 0;
  std::uint64_t outputs_stale = 0;
  std::uint64_t files_ignored = 0;  // no documents
  LeftOutCounts left_out;           // what the listing passed over
  bool failed_empty = false;        // the place was listed and has no document, which settings call a failure
  std::uint64_t pages = 0;
  std::uint64_t pages_ocr = 0;
  std::uint64_t pages_failed = 0;
  std::uint64_t leftovers_removed = 0;                                   // unfinished uploads of runs that were killed
  std::array<std::uint64_t, warning::counted.size()> pages_warned = {};  // in the order of warning::counted
  std::string sandbox_tier;                                              // that documents were read in
  std::vector<Attention> attention;                                      // attention_max of them, in order of keys
  std::vector<StaleOutput> stale;                                        // likewise
  std::string manifest_uri;         // empty where it was not or could not be written
  bool nothing_new = false;         // so there is no manifest: every document was done or known before
  std::filesystem::path journal;    // where the rows are when the manifest could not be written
  bool finished = false;            // every listed document is accounted for
  std::vector<Error> place_errors;  // why it is not finished (the first few)
  std::uint64_t place_errors_more = 0;
};

inline constexpr std::size_t attention_max = 1000;

/// Sweep. `observer` is told of every entry that was listed, and of every document whose row is in the journal.
/// `stop`: no new document is begun once it is requested; what runs is waited for.
///
/// Errors: unavailable (another sweep writes this output), what the stores answer to the first listing.
Result<SweepSummary> sweep(const Mill& mill, const SweepSettings& settings, Concurrency& concurrency,
                           DocumentObserver& observer, std::stop_token stop);

}  // namespace docmill
