// What lies in a dataset's folders, beside what its manifest names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "output/dataset/dataset_file.h"
#include "output/dataset/dataset_manifest.h"
#include "store/object_store.h"

namespace docmill {

struct DatasetFolder {
  std::vector<std::string> leftovers;  // files of docmill's that the manifest does not name
  std::vector<std::string> missing;    // that it names and that do not lie there, or not so large
  std::uint64_t strangers = 0;         // Parquet files with other names, which readers take for part of the dataset
};

/// Lists the folders of all tables. Errors: those of the listing.
Result<DatasetFolder> look_at_folder(ObjectStore& dataset, const std::vector<DatasetFile>& named);

/// Whether a dataset that is there is the one that is to be made, but for its files.
///
/// Errors: invalid_input (`dataset` is the subject).
Result<void> check_is_same(const DatasetHead& there, const DatasetHead& wanted, const std::string& dataset);

/// Side by side. Why some could not be removed.
std::vector<Error> remove_all(ObjectStore& dataset, const std::vector<std::string>& keys);

}  // namespace docmill
