#include "mill/stale_outputs.h"

#include <arrow/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

#include "document/job.h"
#include "output/dataset/arrow_file.h"
#include "output/names.h"
#include "output/runs.h"

namespace docmill {
namespace {

/// What is read of a run's table, in this order.
constexpr std::array columns_read{"source_uri", "source_etag", "output_state", "finished_at"};

/// False where the row group's statistics say that no output in it is stale.
bool may_have_stale(const parquet::FileMetaData& metadata, int group, int state_column) {
  const auto statistics = metadata.RowGroup(group)->ColumnChunk(state_column)->statistics();
  if (!statistics) return true;
  if (!statistics->HasMinMax()) return !statistics->HasNullCount() || statistics->num_values() > 0;
  const std::string_view stale = name_of(OutputState::stale);
  return statistics->EncodeMin() <= stale && stale <= statistics->EncodeMax();
}

std::unexpected<Error> broken(const ArrowFile& file, const std::string& name, std::string message) {
  if (file.error()) return std::unexpected(*file.error());
  return fail(ErrorKind::corrupt, name, std::move(message));
}

template <typename Array>
const Array& array_of(const arrow::Table& rows, int column) {
  return static_cast<const Array&>(*rows.column(column)->chunk(0));
}

WallTime time_of(const arrow::TimestampArray& times, std::int64_t row) {
  return WallTime(std::chrono::microseconds(times.Value(row)));
}

bool has_types(const arrow::Table& rows) {
  for (int i = 0; i < 3; ++i)
    if (rows.column(i)->type()->id() != arrow::Type::STRING) return false;
  return rows.column(3)->type()->Equals(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
}

}  // namespace

Result<StaleByRuns> StaleByRuns::read(ObjectStore& output) {
  StaleByRuns stale;
  std::vector<RunFile> runs;
  auto listed = each_run(output, [&](RunFile run) { runs.push_back(std::move(run)); });
  if (!listed) return std::unexpected(std::move(listed).error());
  // Ids name the second in which a run began, and by chance one of those.
  constexpr std::size_t second_size_bytes = std::string_view("20261122T014043Z").size();
  std::ranges::sort(runs, {}, [](const RunFile& run) {
    return std::pair(run.run_id.substr(0, second_size_bytes), run.manifest.modified_at);
  });
  for (const RunFile& run : runs) {
    auto taken = stale.read_run(output, run.manifest);
    if (taken || taken.error().kind == ErrorKind::source_gone) continue;
    if (taken.error().kind != ErrorKind::corrupt) return std::unexpected(std::move(taken).error());
    stale.unreadable_.push_back(std::move(taken).error());
  }
  return stale;
}

Result<void> StaleByRuns::read_run(ObjectStore& output, const ObjectInfo& manifest) {
  const auto file = arrow_file_of(output, manifest);
  const std::string name = output.uri(manifest.key);
  try {
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_pre_buffer(false);
    auto made = parquet::arrow::FileReader::Make(arrow::default_memory_pool(), parquet::ParquetFileReader::Open(file),
                                                 properties);
    if (!made.ok()) return broken(*file, name, made.status().ToString());
    const auto metadata = (*made)->parquet_reader()->metadata();
    std::vector<int> columns;
    for (const char* column : columns_read) columns.push_back(metadata->schema()->ColumnIndex(column));
    if (columns[2] < 0) return {};  // of a version that did not say it
    if (std::ranges::min(columns) < 0) return broken(*file, name, "this is no table of a run");
    for (int group = 0; group < metadata->num_row_groups(); ++group) {
      if (stale_.empty() && !may_have_stale(*metadata, group, columns[2])) continue;
      auto rows = (*made)->ReadRowGroup(group, columns);
      if (!rows.ok()) return broken(*file, name, rows.status().ToString());
      auto combined = (*rows)->SelectColumns({0, 1, 2, 3});
      if (combined.ok()) combined = (*combined)->CombineChunks();
      if (!combined.ok()) return broken(*file, name, combined.status().ToString());
      if ((*combined)->num_rows() == 0) continue;
      if (!has_types(**combined)) return broken(*file, name, "this is no table of a run");
      if (auto read = read_rows(**combined); !read) return std::unexpected(std::move(read).error().within(name));
    }
    return {};
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {  // parquet throws at damage
    return broken(*file, name, error.what());
  }
}

Result<void> StaleByRuns::read_rows(const arrow::Table& rows) {
  const auto& uris = array_of<arrow::StringArray>(rows, 0);
  const auto& etags = array_of<arrow::StringArray>(rows, 1);
  const auto& states = array_of<arrow::StringArray>(rows, 2);
  const auto& times = array_of<arrow::TimestampArray>(rows, 3);
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const bool is_stale = !states.IsNull(row) && states.GetView(row) == name_of(OutputState::stale);
    if (!is_stale) {
      // A row that knows nothing of the output takes nothing back.
      if (!states.IsNull(row) && !stale_.empty())
        if (const auto found = stale_.find(uris.GetView(row));
            found != stale_.end() && found->second.finished_at <= time_of(times, row))
          stale_.erase(found);
      continue;
    }
    if (stale_.size() >= documents_max)
      return fail(ErrorKind::invalid_input, "",
                  "more than a million outputs are stale; run docmill sweep, or docmill prune, first");
    stale_.insert_or_assign(uris.GetString(row),
                            Row{.source_etag = etags.IsNull(row) ? std::nullopt : std::optional(etags.GetString(row)),
                                .finished_at = time_of(times, row)});
  }
  return {};
}

bool StaleByRuns::contain(std::string_view source_uri, std::string_view source_etag,
                          WallTime output_modified_at) const {
  if (stale_.empty()) return false;
  const auto found = stale_.find(source_uri);
  if (found == stale_.end() || output_modified_at > found->second.finished_at) return false;
  return !found->second.source_etag || *found->second.source_etag != source_etag;
}

Result<FailedMarks> FailedMarks::list(ObjectStore& output) {
  auto listing = output.list({.prefix = std::string(failed_prefix)});
  if (!listing) return std::unexpected(std::move(listing).error());
  return FailedMarks(output, *std::move(listing));
}

Result<std::optional<ObjectInfo>> FailedMarks::find(std::string_view path) {
  const std::string key = failed_mark_key(path);
  while (!ended_ && (remembered_.empty() || remembered_.back().key < key)) {
    auto next = listing_->next();
    if (!next) return std::unexpected(std::move(next).error());
    if (!*next) {
      ended_ = true;
      break;
    }
    remembered_.push_back(**std::move(next));
    if (remembered_.size() <= remembered_max) continue;
    remembered_.pop_front();
    forgot_ = true;
  }
  const auto found = std::ranges::lower_bound(remembered_, key, {}, &ObjectInfo::key);
  if (found != remembered_.end() && found->key == key) return *found;
  const bool may_be_forgotten = forgot_ && found == remembered_.begin();
  return may_be_forgotten ? output_->head(key) : std::optional<ObjectInfo>();
}

}  // namespace docmill
