#include "mill/output_freshness.h"

#include <algorithm>
#include <utility>

#include "base/percent_encoded.h"

namespace docmill {

bool FreshnessOfOutput::take_mark(DatasetRow& row) const {
  const bool differs = row.mark_etag != mark_etag || row.mark_source_etag != mark_source_etag;
  row.mark_etag = mark_etag;
  row.mark_source_etag = mark_source_etag;
  return differs;
}

Result<Freshness> Freshness::read(ObjectStore& outputs, const Layout& layout) {
  auto runs = StaleByRuns::read(outputs);
  if (!runs) return std::unexpected(std::move(runs).error());
  auto marks = FailedMarks::list(outputs);
  if (!marks) return std::unexpected(std::move(marks).error());
  return Freshness(outputs, layout, *std::move(runs), *std::move(marks));
}

Result<FreshnessOfOutput> Freshness::of(const DocumentName& name, const ObjectInfo& output, std::string_view source_uri,
                                        std::string_view source_etag, const DatasetRow* before) {
  FreshnessOfOutput freshness{.is_stale = runs_.contain(source_uri, source_etag, output.modified_at)};
  const auto path = name.is_cut ? path_of_cut_name(std::string_view(output.key).substr(layout_->tables.size()),
                                                   name.carrier.table(), source_uri)
                                : std::optional(name.path);
  if (!path) return freshness;
  const auto mark = marks_.find(*path);
  if (!mark) return std::unexpected(mark.error());
  if (!*mark) return freshness;
  if (before != nullptr && before->mark_etag == (*mark)->etag) {
    freshness.mark_source_etag = before->mark_source_etag;
  } else {
    const auto read = read_failed_mark_at(*outputs_, (*mark)->key);
    if (!read) return std::unexpected(read.error());
    if (*read) freshness.mark_source_etag = (*read)->record.source_etag;
  }
  freshness.mark_etag = (*mark)->etag;
  if (freshness.mark_source_etag && *freshness.mark_source_etag != source_etag) freshness.is_stale = true;
  return freshness;
}

std::optional<std::string> path_of_cut_name(std::string_view key_below_tables, const Table& table,
                                            std::string_view source_uri) {
  auto folders = std::ranges::count(key_below_tables, '/');
  std::size_t start = source_uri.size();
  for (; folders >= 0 && start != std::string_view::npos && start > 0; --folders)
    start = source_uri.rfind('/', start - 1);
  if (start == std::string_view::npos || folders >= 0) return std::nullopt;
  auto path = percent_decoded(source_uri.substr(start + 1));
  return path && table_name(*path, table.suffix) == key_below_tables ? path : std::nullopt;
}

}  // namespace docmill
