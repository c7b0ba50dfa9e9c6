// What must hold of a history that workers keep together.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "document/job.h"
#include "sim/store_model.h"
#include "unit/output/parquet_reading.h"

namespace docmill::sim {

inline constexpr const char* history_key = "history.json";

/// Reads every version of the history and its parts as they are written, with readers of its own.
class HistoryChecker {
 public:
  void written(const StoreModel::Version& version) {
    if (version.info.key == history_key)
      read_history(version.bytes);
    else
      read_part(version.bytes);
  }

  /// A worker was told that the outcome is durable. That a version was found done may give way to how it was done.
  void recorded(const DocumentRecord& record) {
    const std::uint64_t version = version_in(record.source_etag.value_or(""));
    Recorded& last = recorded_[record.source_uri];
    last.version = std::max(last.version, version);
    last.gone = last.gone || record.error_kind == ErrorKind::source_gone;
  }

  /// Empty when the history has what was recorded of the document, or something newer: versions are numbered as the
  /// source had them, whatever the clocks of the workers said.
  std::string wrong_with(const std::string& uri) const {
    const auto there = history_.find(uri);
    const auto moved = moved_.find(uri);
    if (there == history_.end() && moved == moved_.end()) return uri + " was acknowledged and is not in the history";
    const auto recorded = recorded_.find(uri);
    if (recorded == recorded_.end()) return "";
    if (there != history_.end() && there->second.gone) return "";
    const std::uint64_t newest =
        std::max(there == history_.end() ? 0 : there->second.version, moved == moved_.end() ? 0 : moved->second);
    // What went and came again is recorded when it is there again; until then that it went may be all there is.
    if (newest >= recorded->second.version || recorded->second.gone) return "";
    return fmt::format("{}: the history lost the outcome of version {}, it has {}", uri, recorded->second.version,
                       newest);
  }

 private:
  struct Recorded {
    std::uint64_t version = 0;
    bool gone = false;
  };

  static std::uint64_t version_in(const std::string& etag) { return etag.empty() ? 0 : std::stoull(etag.substr(1)); }

  void read_history(const std::string& bytes) {
    history_.clear();
    const auto history = nlohmann::json::parse(bytes);
    for (const auto& document : history["documents"])
      history_[document["source_uri"]] = {
          .version = version_in(document["source_etag"].is_null() ? "" : document["source_etag"]),
          .gone = document["error_kind"] == "source_gone"};
  }

  void read_part(const std::string& bytes) {
    const ReadParquet part = read_parquet(bytes);
    const auto array = [&](const char* name) { return part.table->GetColumnByName(name)->chunk(0); };
    const auto uris = std::static_pointer_cast<arrow::StringArray>(array("source_uri"));
    const auto etags = std::static_pointer_cast<arrow::StringArray>(array("source_etag"));
    for (std::int64_t i = 0; i < part.table->num_rows(); ++i) {
      std::uint64_t& newest = moved_[uris->GetString(i)];
      newest = std::max(newest, version_in(etags->GetString(i)));
    }
  }

  std::map<std::string, Recorded> history_, recorded_;
  std::map<std::string, std::uint64_t> moved_;
};

}  // namespace docmill::sim
