// The rows of a run's manifest, read back one after the other: those of documents that were done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/object_store.h"

namespace docmill {

/// A document that a run has done, or found done, with every output of its recipe.
struct DoneRow {
  std::string source_uri, source_etag, output_etag;
};

/// In the order of the manifest, which is the bytewise order of source keys. A row group is in memory at a time. One
/// thread.
class DoneRows {
 public:
  /// Those of `recipe_hash` and of this major version of docmill, without a page that has an error: what is to be tried
  /// again is not told from what is bad for good.
  ///
  /// Errors of both members: those of the store; corrupt (no manifest).
  static Result<DoneRows> open(ObjectStore& store, const ObjectInfo& manifest, std::string_view recipe_hash);
  DoneRows(DoneRows&&) noexcept;
  DoneRows& operator=(DoneRows&&) noexcept;
  ~DoneRows();

  /// Nothing at the end.
  Result<std::optional<DoneRow>> next();
  /// Of the manifest, whatever they say.
  std::uint64_t rows_in_all() const;

 private:
  class Reader;
  explicit DoneRows(std::unique_ptr<Reader> reader);
  std::unique_ptr<Reader> reader_;
};

}  // namespace docmill
