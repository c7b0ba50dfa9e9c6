// Status and results of documents, kept for good behind one interface: the durable record of "extract, durable output,
// durable record, acknowledge".
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "document/job.h"
#include "output/document_rows.h"

namespace docmill {

/// The outcome of a document, and the run that it comes from.
using StoredResult = DocumentRow;

/// What is kept of a document is what its source says last: an outcome of the source's present version always, and that
/// the source is gone; one of an older version only as long as nothing newer is known. No clock of a worker counts.
///
/// Any thread may call any member. Errors of all members: those of the place; invalid_input (what is there is none of
/// docmill's; it is never overwritten).
class Results {
 public:
  virtual ~Results() = default;

  /// Returns when the outcome is kept for good, or known not to be: then the caller keeps its message and calls again
  /// with the same record, which never counts twice. An outcome that is outdated is no error, and changes nothing.
  virtual Result<void> put(const Job& job, const DocumentRecord& record) = 0;
  /// The last outcome of the document at this URI; nothing where there is none.
  virtual Result<std::optional<StoredResult>> get(std::string_view source_uri) = 0;
  /// The last outcomes, one a document, those that were finished last first, at most so many.
  virtual Result<std::vector<StoredResult>> list(std::size_t count_max) = 0;
};

}  // namespace docmill
