// The run manifest: one row per document of a run, from the run's journal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/blob.h"
#include "document/job.h"
#include "store/object_store.h"

namespace docmill {

/// The journal of a run that is going on: a local file of JSON lines, locked (flock) while its writer lives. Rows come
/// in the order in which documents finish; `sequence` is the document's place in the listing, which is the manifest's
/// order. A row is in the kernel's hands when append() returns (it survives kill -9; a power cut may take the last
/// rows).
class Journal {
 public:
  /// Creates `path` with its folder; invalid_input when it exists.
  static Result<std::unique_ptr<Journal>> create(const std::filesystem::path& path, std::string run_id);
  virtual ~Journal() = default;
  /// Any thread.
  virtual Result<void> append(std::uint64_t sequence, const DocumentRecord& record) = 0;
  virtual const std::string& run_id() const = 0;
  virtual const std::filesystem::path& path() const = 0;
};

/// Write the manifest of the journal at `path` to `<runs prefix>/<run_id>.parquet` in `store` and remove the journal.
/// A torn last line (the writer was killed in it) is left out. Rows are sorted by sequence, then streamed: memory is
/// 16 bytes a row plus one row group. Of several rows with one sequence the last one counts.
///
/// The key of the manifest.
Result<std::string> publish_manifest(const std::filesystem::path& journal, ObjectStore& store);

/// The journals of runs under `folder` whose writers are dead (not locked). One without a first line is removed: its
/// writer was killed before it wrote anything.
Result<std::vector<std::filesystem::path>> dead_journals(const std::filesystem::path& folder);

/// "_docmill/runs/<run_id>.parquet".
std::string manifest_key(std::string_view run_id);

}  // namespace docmill
