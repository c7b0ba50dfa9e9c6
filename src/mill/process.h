// The way of one document: source -> extraction -> durable output -> record. The only code that knows it.
#pragma once

#include <memory>
#include <utility>

#include "document/job.h"
#include "document/recipe_in_force.h"
#include "mill/mill.h"

namespace docmill {

/// Does one document, whole: skips it when its output is done or its mark holds, else extracts it and writes every
/// output of the recipe under a condition, so that duplicates, late events and two workers on one document end in one
/// right output (docs: ARCHITECTURE.md, "Writing"). One thread.
class DocumentWork {
 public:
  /// Mill and job outlive it.
  DocumentWork(const Mill& mill, SharedRecipe recipe, const Job& job);
  DocumentWork(const DocumentWork&) = delete;
  DocumentWork& operator=(const DocumentWork&) = delete;
  ~DocumentWork();

  /// The record says what came of the document, also when it failed of its own fault, and when it alone cannot be read
  /// or written: archived, denied while others are not, a name that no folder holds. An Error is the place's, which was
  /// asked as often as the retry policy says, or of scope `unknown`: refused, with no other object to tell whether all
  /// are. The document is as it was. Called again, it goes on where the place failed: a write is repeated, and what was
  /// extracted for it is not extracted again, unless its bytes are lost (ObjectWriter::can_commit).
  Result<DocumentRecord> run();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// For who does not try again.
inline Result<DocumentRecord> process(const Mill& mill, SharedRecipe recipe, const Job& job) {
  return DocumentWork(mill, std::move(recipe), job).run();
}

}  // namespace docmill
