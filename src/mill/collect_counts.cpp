#include "mill/collect_counts.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "telemetry/log.h"

namespace docmill {

void count(const DatasetRow& row, CollectSummary& summary) {
  if (row.fate == OutputFate::stale) ++summary.outputs_stale;
  if (row.fate != OutputFate::joined) return;
  ++summary.outputs_joined;
  if (row.rows == 0) ++summary.outputs_empty;
  if (row.status == "partial") ++summary.outputs_partial;
  if (row.status == "retry") ++summary.outputs_retry;
}

void count(const std::vector<DatasetFile>& files, CollectSummary& summary) {
  summary.files = files.size();
  for (const DatasetFile& file : files) {
    summary.rows += static_cast<std::uint64_t>(file.rows);
    summary.bytes += static_cast<std::uint64_t>(file.size_bytes);
  }
}

void count_unreadable(const std::string& uri, const std::string& reason, CollectSummary& summary) {
  log::warning("output_unreadable", {{"output", uri}, {"reason", reason}});
  ++summary.outputs_unreadable;
  if (summary.unreadable.size() < unreadable_named_max) summary.unreadable.push_back({.uri = uri, .reason = reason});
}

}  // namespace docmill
