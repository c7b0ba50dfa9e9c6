// The mark of a document that failed whole, for good: its manifest row under `_docmill/failed/`.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "document/job.h"
#include "store/object_store.h"

namespace docmill {

struct FailedMark {
  DocumentRecord record;
  std::string docmill_version;
};

/// Errors of all: those of the store. A mark that cannot be read as one counts as absent, with a warning in the log.
Result<std::optional<FailedMark>> read_failed_mark_at(ObjectStore& store, std::string_view key);
Result<std::optional<FailedMark>> read_failed_mark(ObjectStore& store, std::string_view path);
Result<void> write_failed_mark(ObjectStore& store, std::string_view path, const DocumentRecord& record);
Result<void> remove_failed_mark(ObjectStore& store, std::string_view path);

/// A mark holds while source, recipe and the whole docmill version are the same, and, for `encrypted`, while no
/// passwords are given.
bool mark_holds(const FailedMark& mark, std::string_view source_etag, std::string_view recipe_hash,
                bool passwords_given);

}  // namespace docmill
