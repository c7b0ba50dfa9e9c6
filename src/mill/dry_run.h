// What a sweep would do, document by document, without doing it: `docmill sweep --dry-run`.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "mill/selection.h"
#include "mill/verdict.h"

namespace docmill {

struct DryRunSettings {
  std::function<bool(std::string_view prefix)> leave_out = {};  // folders of the source that are not entered
  Selection selection = {};                                     // of the rest
  bool names_decide = false;                                    // what is a document, where they say something
  bool retry_failed = false;
};

struct PlannedDocument {
  std::string source_uri;
  std::uint64_t size_bytes = 0;
  Result<Verdict> verdict;  // an error where it could not be looked at
};

struct DryRunSummary {
  std::uint64_t documents_due = 0;
  std::uint64_t bytes_due = 0;
  std::uint64_t documents_skipped = 0;
  std::uint64_t documents_skipped_with_error = 0;
  std::uint64_t documents_unknown = 0;  // could not be looked at
  std::uint64_t files_ignored = 0;
  LeftOutCounts left_out = {};
  std::vector<Error> place_errors = {};  // of the listing (the first few)
  std::uint64_t place_errors_more = 0;
  bool finished = false;  // the whole place was listed, and all could be looked at
};

/// Lists the source and judges every document as a sweep does; `tell` is called for each in the order of the listing,
/// by this thread. Nothing is written anywhere: no output, mark, journal, manifest or lock.
///
/// Errors: what the stores answer to the first listings.
Result<DryRunSummary> dry_run(const Judge& judge, const DryRunSettings& settings,
                              const std::function<void(const PlannedDocument&)>& tell, const std::stop_token& stop);

}  // namespace docmill
