// The run manifest: one row per document of a run, from the run's journal.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "store/object_store.h"

namespace docmill {

/// Write the manifest of the journal at `path` to `<runs prefix>/<run_id>.parquet` in `store` and remove the journal.
/// A torn last line (the writer was killed in it) is left out. Rows are sorted by sequence, then streamed: memory is
/// 16 bytes a row plus one row group. Of several rows with one sequence the last one counts.
///
/// The key of the manifest.
Result<std::string> publish_manifest(const std::filesystem::path& journal, ObjectStore& store);

/// "_docmill/runs/<run_id>.parquet".
std::string manifest_key(std::string_view run_id);

}  // namespace docmill
