// The memory files in which a child gets the documents of its list.
#pragma once

#include <span>
#include <vector>

#include "base/blob.h"
#include "sandbox/wire/work_list.h"

namespace docmill {

struct DocumentFiles {
  std::vector<int> fds;
  std::vector<wire::DocumentPlace> places;  // of the documents, in their order
  Blob shared;                              // that one of `fds` belongs to, where a document is small
};

/// Small documents, which have no file of their own, get one together. Each begins on a page of its own: behind its end
/// are zeros and not another document. The documents outlive the answer.
///
/// Errors: unavailable (no memory file can be had).
Result<DocumentFiles> files_of(std::span<const Blob* const> documents);

}  // namespace docmill
