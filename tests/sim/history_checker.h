// What must hold of a history that workers keep together.
#pragma once

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

  /// A worker was told that the outcome is durable.
  void recorded(const DocumentRecord& record) {
    if (record.status == DocumentStatus::skipped) return;
    Outcome& last = recorded_[record.source_uri];
    last = std::max(last, Outcome{iso8601(record.finished_at), record.source_etag.value_or("")});
  }

  /// Empty when the history has what was recorded of the document, or something newer.
  std::string wrong_with(const std::string& uri) const {
    const auto there = history_.find(uri);
    const auto moved = moved_.find(uri);
    if (there == history_.end() && moved == moved_.end()) return uri + " was acknowledged and is not in the history";
    const auto recorded = recorded_.find(uri);
    if (recorded == recorded_.end()) return "";
    const Outcome newest = std::max(there == history_.end() ? Outcome{} : there->second,
                                    moved == moved_.end() ? Outcome{} : moved->second);
    if (newest.finished_at >= recorded->second.finished_at) return "";
    // That a version was found done gives way to how it was done, which may have been before the end of another one.
    if (there != history_.end() && there->second.etag != recorded->second.etag) return "";
    return uri + ": the history lost its outcome of " + recorded->second.finished_at;
  }

 private:
  struct Outcome {
    std::string finished_at, etag;
    auto operator<=>(const Outcome&) const = default;
  };

  void read_history(const std::string& bytes) {
    history_.clear();
    const auto history = nlohmann::json::parse(bytes);
    for (const auto& document : history["documents"])
      history_[document["source_uri"]] = {document["finished_at"],
                                          document["source_etag"].is_null() ? "" : document["source_etag"]};
  }

  void read_part(const std::string& bytes) {
    const ReadParquet part = read_parquet(bytes);
    const auto array = [&](const char* name) { return part.table->GetColumnByName(name)->chunk(0); };
    const auto uris = std::static_pointer_cast<arrow::StringArray>(array("source_uri"));
    const auto etags = std::static_pointer_cast<arrow::StringArray>(array("source_etag"));
    const auto times = std::static_pointer_cast<arrow::TimestampArray>(array("finished_at"));
    for (std::int64_t i = 0; i < part.table->num_rows(); ++i) {
      Outcome& last = moved_[uris->GetString(i)];
      last =
          std::max(last, Outcome{iso8601(WallTime(std::chrono::microseconds(times->Value(i)))), etags->GetString(i)});
    }
  }

  std::map<std::string, Outcome> history_, moved_, recorded_;
};

}  // namespace docmill::sim
