// Which outputs are stale, by what runs and workers have left beside them: no source is asked.
//
// The one evidence is a mark of failure (output/failed_mark.h): the version of the document that it names is not the
// one that the output was made of. The other are the tables of runs: the newest row of a document says that its output
// is stale, and the output is older than that row. Neither knows of a document that went away while nobody read it;
// `docmill prune` does.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "output/failed_mark.h"
#include "store/object_store.h"

namespace docmill {

/// Documents whose newest row in the tables of runs says that their output is stale.
class StaleByRuns {
 public:
  /// Reads the tables of all runs, the oldest first; of most, only the footers. In memory are the documents that are
  /// stale, at most `documents_max`.
  ///
  /// Errors: those of the store; invalid_input (more are stale than that). A table that is none is in `unreadable`.
  static Result<StaleByRuns> read(ObjectStore& output);

  bool contain(std::string_view source_uri, std::string_view source_etag, WallTime output_modified_at) const;
  const std::vector<Error>& unreadable() const { return unreadable_; }

  static constexpr std::size_t documents_max = 1'000'000;

 private:
  struct Row {
    std::optional<std::string> source_etag;  // of the version that was not read; nothing where it is gone
    WallTime finished_at{};
  };
  Result<void> read_run(ObjectStore& output, const ObjectInfo& manifest);
  Result<void> read_rows(const arrow::Table& rows);

  std::map<std::string, Row, std::less<>> stale_;  // by address
  std::vector<Error> unreadable_;
};

/// The marks of a place, looked up in nearly the order of their keys while a listing of outputs goes on: see
/// SourceCursor. One that the listing does not have is none, unless it was passed long ago: then the store is asked.
class FailedMarks {
 public:
  /// The store outlives it. Errors: those of the listing.
  static Result<FailedMarks> list(ObjectStore& output);

  /// The mark of the document at `path`, as it was listed.
  Result<std::optional<ObjectInfo>> find(std::string_view path);

  static constexpr std::size_t remembered_max = 65'536;

 private:
  FailedMarks(ObjectStore& output, std::unique_ptr<Listing> listing) : output_(&output), listing_(std::move(listing)) {}

  ObjectStore* output_;
  std::unique_ptr<Listing> listing_;
  std::deque<ObjectInfo> remembered_;
  bool ended_ = false, forgot_ = false;
};

}  // namespace docmill
