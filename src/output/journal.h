// The journal of a run: what the manifest is made of when the run has ended, however it ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "document/job.h"

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

/// The journals of runs under `folder` whose writers are dead (not locked). One without a first line is removed: its
/// writer was killed before it wrote anything.
Result<std::vector<std::filesystem::path>> dead_journals(const std::filesystem::path& folder);

}  // namespace docmill
