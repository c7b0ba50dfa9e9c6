// The rows of a dataset's next manifest, while the files that they name are not known yet.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "output/dataset/dataset_manifest.h"
#include "output/dataset/dataset_writing.h"
#include "output/dataset/row_spool.h"
#include "store/object_store.h"

namespace docmill {

/// They wait in a temporary file, in the order in which they come, which is that of the manifest. One thread.
///
/// Errors of all members: those of RowSpool and of the store.
class CollectedRows {
 public:
  /// Outlives it.
  explicit CollectedRows(const DatasetWriting& writing) : writing_(writing) {}

  Result<void> add(const DatasetRow& row, DatasetWriting::Place place);
  /// That a row is another than the manifest has, or gone.
  void note_change() { has_changed_ = true; }
  bool has_changed() const { return has_changed_; }

  /// Once, after DatasetWriting::finish(). As DatasetManifestWriter::commit().
  Result<std::optional<std::string>> publish(ObjectStore& dataset, const DatasetHead& head, const std::string& id,
                                             const WriteCondition& condition);

 private:
  Result<void> flush();
  std::shared_ptr<arrow::RecordBatch> with_files(const arrow::RecordBatch& rows) const;

  const DatasetWriting& writing_;
  DatasetRows gathered_;
  RowSpool spool_;
  std::optional<RowSpool::Writer> writer_;
  bool has_changed_ = false;
};

}  // namespace docmill
