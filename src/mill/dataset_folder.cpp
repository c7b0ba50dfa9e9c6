#include "mill/dataset_folder.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/failpoint.h"
#include "document/outputs.h"
#include "mill/in_parallel.h"
#include "telemetry/log.h"

namespace docmill {

Result<DatasetFolder> look_at_folder(ObjectStore& dataset, const std::vector<DatasetFile>& named) {
  std::map<std::string_view, std::int64_t> sizes;
  for (const DatasetFile& file : named) sizes.emplace(file.key, file.size_bytes);
  DatasetFolder folder;
  for (const Carrier carrier : carriers) {
    auto listing = dataset.list({.prefix = fmt::format("{}/", carrier.table().name)});
    if (!listing) return std::unexpected(std::move(listing).error());
    for (;;) {
      const auto object = (*listing)->next();
      if (!object) return std::unexpected(object.error());
      if (!*object) break;
      const std::string& key = (*object)->key;
      const auto known = sizes.find(key);
      if (known != sizes.end()) {
        if (std::cmp_equal(known->second, (*object)->size_bytes)) sizes.erase(known);
      } else if (is_dataset_file(key)) {
        folder.leftovers.push_back(key);
      } else if (key.ends_with(".parquet")) {
        ++folder.strangers;
        log::warning("dataset_stranger",
                     {{"file", dataset.uri(key)}, {"consequence", "readers take it for part of the dataset"}});
      }
    }
  }
  for (const auto& [key, size_bytes] : sizes) folder.missing.emplace_back(key);
  return folder;
}

Result<void> check_is_same(const DatasetHead& there, const DatasetHead& wanted, const std::string& dataset) {
  if (there.outputs_uri != wanted.outputs_uri)
    return fail(
        ErrorKind::invalid_input, dataset,
        fmt::format("this dataset is made of the outputs in {}; others want a place of their own", there.outputs_uri));
  if (there.partition != wanted.partition)
    return fail(ErrorKind::invalid_input, dataset,
                fmt::format("this dataset is partitioned by {}; another rule wants a place of its own",
                            there.partition.empty() ? "nothing" : "`" + there.partition + "`"));
  return {};
}

std::vector<Error> remove_all(ObjectStore& dataset, const std::vector<std::string>& keys) {
  std::vector<Result<void>> removed(keys.size(), fail(ErrorKind::unavailable, "", "not tried"));
  const auto done = in_parallel(keys.size(), looks_at_a_time, [&](std::size_t i) {
    removed[i] = dataset.remove(keys[i]);
    (void)DOCMILL_FAILPOINT("collect_removed");
  });
  std::vector<Error> errors;
  for (const auto& answer : removed)
    if (!answer) errors.push_back(done ? answer.error() : done.error());
  return errors;
}

}  // namespace docmill
