// Whether an output is stale, by all evidence that lies beside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "mill/stale_outputs.h"
#include "output/dataset/dataset_manifest.h"
#include "output/names.h"
#include "store/object_store.h"

namespace docmill {

struct FreshnessOfOutput {
  bool is_stale = false;
  std::optional<std::string> mark_etag = {}, mark_source_etag = {};  // see DatasetRow

  /// Whether the row said something else before.
  bool take_mark(DatasetRow& row) const;
};

/// One thread.
class Freshness {
 public:
  /// Errors: those of StaleByRuns::read and FailedMarks::list. Store and layout outlive it.
  static Result<Freshness> read(ObjectStore& outputs, const Layout& layout);

  /// `before` is what the manifest has of the output: a mark that it knows is not read again. Else a mark takes one
  /// request.
  ///
  /// Errors: those of the store.
  Result<FreshnessOfOutput> of(const DocumentName& name, const ObjectInfo& output, std::string_view source_uri,
                               std::string_view source_etag, const DatasetRow* before);

  const std::vector<Error>& unreadable_runs() const { return runs_.unreadable(); }

 private:
  Freshness(ObjectStore& outputs, const Layout& layout, StaleByRuns runs, FailedMarks marks)
      : outputs_(&outputs), layout_(&layout), runs_(std::move(runs)), marks_(std::move(marks)) {}

  ObjectStore* outputs_;
  const Layout* layout_;
  StaleByRuns runs_;
  FailedMarks marks_;
};

/// The path of a document below its place, where the key of its output was cut: as many parts of the address as the key
/// has folders. Nothing where they do not have that key.
std::optional<std::string> path_of_cut_name(std::string_view key_below_tables, const Table& table,
                                            std::string_view source_uri);

}  // namespace docmill
