// The outputs of a place beside what a dataset's manifest says of them.
#pragma once

#include <memory>
#include <optional>

#include "document/layout.h"
#include "output/dataset/dataset_manifest.h"
#include "output/names.h"
#include "store/object_store.h"

namespace docmill {

/// An object that may be an output, or a row of the manifest, or both of one key.
struct FoundOutput {
  std::optional<ObjectInfo> object = {};
  std::optional<DatasetRow> before = {};
  std::optional<DocumentName> name = {};  // of the object; nothing where it is no output's name
};

/// Merges the listing of all tables with the manifest, in bytewise order of keys. In memory is an entry of each. One
/// thread.
class FoundOutputs {
 public:
  /// All of them outlive it; `manifest` may be null. Errors: those of the listing.
  static Result<FoundOutputs> list(ObjectStore& outputs, const Layout& layout, DatasetManifest* manifest);

  /// Nothing at the end. Errors: those of the listing and the manifest. After one nothing more may be asked, for what
  /// is not listed would count as gone.
  Result<std::optional<FoundOutput>> next();

 private:
  FoundOutputs(const Layout& layout, std::unique_ptr<Listing> listing, DatasetManifest* manifest)
      : layout_(&layout), listing_(std::move(listing)), manifest_(manifest) {}
  Result<void> look_ahead();

  const Layout* layout_;
  std::unique_ptr<Listing> listing_;
  DatasetManifest* manifest_;
  std::optional<ObjectInfo> object_;
  std::optional<DatasetRow> row_;
  bool objects_ended_ = false, rows_ended_ = false;
};

}  // namespace docmill
