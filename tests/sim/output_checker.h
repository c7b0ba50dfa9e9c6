// What must hold of the outputs of documents, whoever writes them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/store_model.h"

namespace docmill::sim {

/// Of the source that an output was made from; 0 where it does not say.
inline std::uint64_t version_in(const ObjectMetadata& metadata) {
  const auto found = metadata.find("docmill.source_etag");
  return found == metadata.end() ? 0 : number_of(found->second);
}

/// Every output is written once for a version of its document, but where pages failed that may not fail again; and
/// never for an older version than before.
class OutputChecker {
 public:
  /// Empty, or what is wrong with a write that took effect.
  std::string wrong_with(const StoreModel::Version& output) {
    const std::uint64_t version = version_in(*output.info.metadata);
    const Written before =
        std::exchange(written_[output.info.key],
                      {.version = version, .is_retry = output.info.metadata->at("docmill.status") == "retry"});
    if (version < before.version)
      return fmt::format("{} went back from version {} to {}", output.info.key, before.version, version);
    if (version == before.version && !before.is_retry)
      return fmt::format("{} was written twice for version {}", output.info.key, version);
    return "";
  }

  /// The newest version that was written under the key; 0 where there is none.
  std::uint64_t version_of(const std::string& key) const {
    const auto found = written_.find(key);
    return found == written_.end() ? 0 : found->second.version;
  }

 private:
  struct Written {
    std::uint64_t version = 0;
    bool is_retry = false;
  };
  std::map<std::string, Written> written_;
};

}  // namespace docmill::sim
