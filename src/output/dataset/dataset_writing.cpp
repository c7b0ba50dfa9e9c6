#include "output/dataset/dataset_writing.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "document/outputs.h"
#include "output/parquet/table_size.h"

namespace docmill {
namespace {

/// A file may be larger than what was aimed at before another is begun: the estimate is none of the last byte.
constexpr double slack = 1.1;

std::int64_t with_slack(std::int64_t size_bytes) {
  return static_cast<std::int64_t>(static_cast<double>(size_bytes) * slack);
}

/// Whether the fault is one of the bytes that lie in the dataset.
bool is_of_file(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::source_gone ||
         error.kind == ErrorKind::unsupported;
}

std::size_t hash_of(std::string_view uri) { return std::hash<std::string_view>()(uri); }

const Table* table_named(std::string_view name) {
  for (const Carrier carrier : carriers)
    if (carrier.table().name == name) return &carrier.table();
  return nullptr;
}

class CountedRows final : public SortedRows {
 public:
  CountedRows(SortedRows& rows, std::int64_t& plain_size_bytes) : rows_(rows), plain_size_bytes_(plain_size_bytes) {}
  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    auto batch = rows_.next();
    if (batch && *batch) plain_size_bytes_ += parquet_format::plain_size_bytes(**batch, 0, (*batch)->num_rows());
    return batch;
  }

 private:
  SortedRows& rows_;
  std::int64_t& plain_size_bytes_;
};

}  // namespace

DatasetWriting::DatasetWriting(ObjectStore& dataset, Random& random, const DatasetWritingSettings& settings,
                               const std::vector<DatasetFile>& files)
    : dataset_(dataset), random_(random), settings_(settings) {
  for (const DatasetFile& file : files) {
    const std::size_t number = old_files_.size();
    old_by_key_.emplace(file.key, number);
    ranges_.push_back({.old = number});
    places_.push_back({{.until = std::nullopt, .range = number}});
    old_files_.push_back({.file = file, .place = static_cast<Place>(number)});
  }
}

std::optional<DatasetWriting::Place> DatasetWriting::place_of(std::string_view file) const {
  const auto found = old_by_key_.find(file);
  return found == old_by_key_.end() ? std::nullopt : std::optional(old_files_[found->second].place);
}

DatasetWriting::Place DatasetWriting::new_place() {
  places_.emplace_back();
  return static_cast<Place>(places_.size() - 1);
}

Result<DatasetWriting::Folder*> DatasetWriting::folder_of(const Table& table, std::string_view partition) {
  std::string name = fmt::format("{}/{}", table.name, partition);
  const auto found = folders_.find(name);
  if (found != folders_.end()) return &found->second;
  if (folders_.size() + old_files_.size() + added_.size() >= dataset_files_max)
    return fail(ErrorKind::invalid_input, "--partition",
                fmt::format("this makes more than {} files; take parts of the address that have fewer values",
                            dataset_files_max));
  Folder folder{.table = &table, .rows = GatheredRows(table.schema), .place = new_place()};
  return &folders_.emplace(std::move(name), std::move(folder)).first->second;
}

Result<DatasetWriting::Place> DatasetWriting::add(const Table& table, std::string_view partition, std::string_view uri,
                                                  const std::vector<std::shared_ptr<arrow::RecordBatch>>& rows) {
  const auto folder = folder_of(table, partition);
  if (!folder) return std::unexpected(folder.error());
  const std::int64_t before = (*folder)->rows.memory_bytes();
  (*folder)->rows.add(uri, rows);
  return after_add(fmt::format("{}/{}", table.name, partition), **folder, before);
}

Result<DatasetWriting::Place> DatasetWriting::add(const Table& table, std::string_view partition,
                                                  std::string_view /*uri*/, SortedRows& rows) {
  const auto folder = folder_of(table, partition);
  if (!folder) return std::unexpected(folder.error());
  std::int64_t plain_size_bytes = 0;
  CountedRows counted(rows, plain_size_bytes);
  const auto run = spool_.write(table.schema, counted);
  if (!run) return std::unexpected(run.error());
  (*folder)->rows.add_spilled(*run, plain_size_bytes);
  return after_add(fmt::format("{}/{}", table.name, partition), **folder, (*folder)->rows.memory_bytes());
}

Result<DatasetWriting::Place> DatasetWriting::after_add(const std::string& name, Folder& folder,
                                                        std::int64_t memory_before) {
  memory_bytes_ += folder.rows.memory_bytes() - memory_before;
  const Place place = folder.place;
  const double size_bytes = static_cast<double>(folder.rows.plain_size_bytes()) * compression_of(*folder.table).share;
  if (size_bytes >= static_cast<double>(settings_.file_size_bytes) ||
      folder.rows.documents() >= documents_per_file_max) {
    if (auto written = write_gathered(name, folder); !written) return std::unexpected(std::move(written).error());
  } else if (memory_bytes_ > settings_.rows_in_memory_bytes_max) {
    if (auto spilled = spill_largest(); !spilled) return std::unexpected(std::move(spilled).error());
  }
  return place;
}

Result<void> DatasetWriting::spill_largest() {
  std::vector<Folder*> folders;
  for (auto& [name, folder] : folders_) folders.push_back(&folder);
  std::ranges::sort(folders, std::greater{}, [](const Folder* folder) { return folder->rows.memory_bytes(); });
  for (Folder* const folder : folders) {
    if (memory_bytes_ <= settings_.rows_in_memory_bytes_max / 2) break;
    memory_bytes_ -= folder->rows.memory_bytes();
    if (auto spilled = folder->rows.spill(spool_); !spilled) return spilled;
  }
  return {};
}

Result<std::size_t> DatasetWriting::write(const std::string& folder, const Table& table, SortedRows& rows,
                                          std::int64_t size_bytes_target) {
  const std::size_t first = added_.size();
  const FilesPlan plan{.table = table, .folder = folder, .size_bytes_target = size_bytes_target};
  if (auto written = write_files(dataset_, plan, rows, random_, compression_of(table), added_); !written)
    return std::unexpected(std::move(written).error());
  ranges_.push_back({.first = first, .count = added_.size() - first});
  return ranges_.size() - 1;
}

Result<void> DatasetWriting::write_gathered(const std::string& name, Folder& folder) {
  memory_bytes_ -= folder.rows.memory_bytes();
  const auto rows = folder.rows.take(spool_);
  const auto range = write(name, *folder.table, *rows, with_slack(settings_.file_size_bytes));
  if (!range) return std::unexpected(range.error());
  places_[static_cast<std::size_t>(folder.place)] = {{.until = std::nullopt, .range = *range}};
  folder.place = new_place();
  return {};
}

void DatasetWriting::drop(Place place, std::string_view uri, std::int64_t rows) {
  const auto file = static_cast<std::size_t>(place);  // places of files that were there come first
  old_files_[file].rows_dropped += rows;
  dropped_.emplace_back(file, hash_of(uri));
}

bool DatasetWriting::is_dropped(std::size_t file, std::string_view uri) const {
  return std::ranges::binary_search(dropped_, std::pair(file, hash_of(uri)));
}

Result<bool> DatasetWriting::finish() {
  std::ranges::sort(dropped_);
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_folder;
  for (const auto& [name, folder] : folders_) by_folder[name];
  for (std::size_t i = 0; i < old_files_.size(); ++i) by_folder[std::string(old_files_[i].file.folder())].push_back(i);
  for (const auto& [name, files] : by_folder) {
    if (auto finished = finish_folder(name, files); !finished) return std::unexpected(std::move(finished).error());
    if (!distrusted_.empty()) return false;
  }
  if (files().size() > dataset_files_max)
    return fail(ErrorKind::invalid_input, "--partition",
                fmt::format("this makes more than {} files", dataset_files_max));
  return true;
}

std::vector<std::size_t> DatasetWriting::to_write_anew(const std::vector<std::size_t>& old_files, bool has_rows) {
  std::vector<std::size_t> anew, small;
  for (const std::size_t number : old_files) {
    OldFile& old = old_files_[number];
    if (old.rows_dropped > old.file.rows) distrusted_.insert(old.file.key);
    if (old.rows_dropped > 0) {
      old.is_replaced = true;
      if (old.rows_dropped < old.file.rows) anew.push_back(number);
    } else if (old.file.size_bytes < settings_.file_size_bytes / 2) {
      small.push_back(number);
    }
  }
  const bool is_touched = has_rows || !anew.empty();
  if (is_touched && small.size() >= small_files_max)
    for (const std::size_t number : small) {
      old_files_[number].is_replaced = true;
      anew.push_back(number);
    }
  std::ranges::sort(anew, {}, [&](std::size_t number) { return old_files_[number].file.first_uri; });
  return anew;
}

Result<void> DatasetWriting::finish_folder(const std::string& name, const std::vector<std::size_t>& old_files) {
  const auto folder = folders_.find(name);
  const bool has_rows = folder != folders_.end() && folder->second.rows.documents() > 0;
  const auto anew = to_write_anew(old_files, has_rows);
  if (!distrusted_.empty()) return {};
  if (!anew.empty()) return write_anew(name, anew);
  return has_rows ? write_gathered(name, folder->second) : Result<void>();
}

SortedSources DatasetWriting::sources_of(const Table& table, const std::vector<std::size_t>& files,
                                         std::vector<std::int64_t>& rows_given) {
  SortedSources sources;
  rows_given.assign(files.size(), 0);
  for (std::size_t i = 0; i < files.size(); ++i)
    sources.push_back(
        rows_of_file(dataset_, table,
                     {.file = old_files_[files[i]].file,
                      .is_dropped = [this, number = files[i]](std::string_view uri) { return is_dropped(number, uri); },
                      .rows_given = &rows_given[i]}));
  return sources;
}

/// As many files of one size as there are bytes for.
std::int64_t DatasetWriting::size_of_files(std::int64_t size_bytes) const {
  const double count =
      std::max(1.0, std::round(static_cast<double>(size_bytes) / static_cast<double>(settings_.file_size_bytes)));
  return with_slack(static_cast<std::int64_t>(static_cast<double>(size_bytes) / count));
}

Result<void> DatasetWriting::write_anew(const std::string& name, const std::vector<std::size_t>& files) {
  const std::size_t slash = name.find('/');
  const Table* const known = table_named(std::string_view(name).substr(0, slash));
  if (known == nullptr) return fail(ErrorKind::corrupt, dataset_.uri(name), "there is no table of this name");
  const auto found = folder_of(*known, std::string_view(name).substr(slash + 1));
  if (!found) return std::unexpected(found.error());
  Folder& folder = **found;
  const Table& table = *folder.table;
  const std::size_t groups = (files.size() + files_merged_max - 1) / files_merged_max;
  const auto gathered_size = static_cast<std::int64_t>(static_cast<double>(folder.rows.plain_size_bytes()) *
                                                       compression_of(table).share / static_cast<double>(groups));
  memory_bytes_ -= folder.rows.memory_bytes();
  SplitRows gathered(folder.rows.take(spool_));
  for (std::size_t first = 0; first < files.size(); first += files_merged_max) {
    const std::size_t end = std::min(files.size(), first + files_merged_max);
    const std::vector<std::size_t> group(files.begin() + static_cast<std::ptrdiff_t>(first),
                                         files.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<std::int64_t> rows_given;
    SortedSources sources = sources_of(table, group, rows_given);
    std::optional<std::string> until;
    if (end < files.size()) until = old_files_[files[end]].file.first_uri;
    sources.push_back(until ? gathered.until(*until) : gathered.rest());
    std::int64_t size_bytes = gathered_size;
    for (const std::size_t number : group) {
      const DatasetFile& file = old_files_[number].file;
      size_bytes += file.size_bytes * (file.rows - old_files_[number].rows_dropped) / file.rows;
    }
    const auto rows = merged(std::move(sources));
    const auto range = write(name, table, *rows, size_of_files(size_bytes));
    if (!range && !is_of_file(range.error())) return std::unexpected(range.error());
    for (std::size_t i = 0; i < group.size(); ++i) {
      const OldFile& old = old_files_[group[i]];
      if (!range || rows_given[i] != old.file.rows - old.rows_dropped) distrusted_.insert(old.file.key);
      if (range) places_[static_cast<std::size_t>(old.place)] = {{.until = std::nullopt, .range = *range}};
    }
    if (!distrusted_.empty()) return {};
    places_[static_cast<std::size_t>(folder.place)].push_back({.until = std::move(until), .range = *range});
  }
  return {};
}

std::string_view DatasetWriting::file_of(Place place, std::string_view uri) const {
  for (const Part& part : places_[static_cast<std::size_t>(place)]) {
    if (part.until && uri >= *part.until) continue;
    const Range& range = ranges_[part.range];
    if (range.old) return old_files_[*range.old].file.key;
    const auto files = std::span(added_).subspan(range.first, range.count);
    const auto found = std::ranges::lower_bound(
        files, uri, {}, [](const DatasetFile& file) -> std::string_view { return file.last_uri; });
    return found == files.end() ? std::string_view() : std::string_view(found->key);
  }
  return {};
}

std::vector<DatasetFile> DatasetWriting::files() const {
  std::vector<DatasetFile> files = added_;
  for (const OldFile& old : old_files_)
    if (!old.is_replaced) files.push_back(old.file);
  std::ranges::sort(files, {}, &DatasetFile::key);
  return files;
}

std::vector<std::string> DatasetWriting::replaced() const {
  std::vector<std::string> keys;
  for (const OldFile& old : old_files_)
    if (old.is_replaced) keys.push_back(old.file.key);
  return keys;
}

}  // namespace docmill
