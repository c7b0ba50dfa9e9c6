// A dataset on its way from one state to the next: rows that come, documents that go, and the files that follow.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "document/tables.h"
#include "output/dataset/dataset_file.h"
#include "output/dataset/gathered_rows.h"
#include "output/dataset/row_spool.h"
#include "store/object_store.h"

namespace docmill {

struct DatasetWritingSettings {
  std::int64_t file_size_bytes = 128 << 20;
  /// Rows that wait in memory, of all tables and partitions together; beyond it the largest wait on disk.
  std::int64_t rows_in_memory_bytes_max = 256 << 20;
};

/// Files are written as soon as there are rows for one. Nothing that was there before is touched or removed: that is
/// for whoever has made the new state known. Memory: rows_in_memory_bytes_max, a file that is written, 16 bytes for
/// each document that goes, and a few hundred for each file. One thread.
///
/// Errors of all members: those of the store and of RowSpool; invalid_input (more files than dataset_files_max).
class DatasetWriting {
 public:
  /// Where the rows of an output are, or will be: it stands for a file until finish().
  using Place = std::int32_t;
  static constexpr Place nowhere = -1;

  /// The store and `random` outlive it.
  DatasetWriting(ObjectStore& dataset, Random& random, const DatasetWritingSettings& settings,
                 const std::vector<DatasetFile>& files);

  /// Of a file that was there. Nothing where it was not.
  std::optional<Place> place_of(std::string_view file) const;

  /// All rows of an output, in the folders of its partition.
  Result<Place> add(const Table& table, std::string_view partition, std::string_view uri,
                    const std::vector<std::shared_ptr<arrow::RecordBatch>>& rows);
  /// The same of more rows than memory is meant for. They count only when all have come without an error.
  Result<Place> add(const Table& table, std::string_view partition, std::string_view uri, SortedRows& rows);
  /// The rows of an output that were in a file go.
  void drop(Place place, std::string_view uri, std::int64_t rows);

  /// Write what waits, and files anew of which rows go. False where a file that was there is not what it was said to
  /// be: its outputs are to be read again, see distrusted().
  Result<bool> finish();
  const std::set<std::string, std::less<>>& distrusted() const { return distrusted_; }

  // After finish():
  std::string_view file_of(Place place, std::string_view uri) const;
  /// The files of the new state.
  std::vector<DatasetFile> files() const;
  /// Those that were there and are not in it.
  std::vector<std::string> replaced() const;

  /// What was written so far, also after an error.
  const std::vector<DatasetFile>& added() const { return added_; }
  bool has_changed() const { return !added_.empty() || !dropped_.empty(); }

  /// Documents that are gathered for a file, however small: each takes memory where they are sorted.
  static constexpr std::int64_t documents_per_file_max = 262'144;
  /// Files of less than half of the size, in one folder, that are left as they are. With more they are made one.
  static constexpr std::size_t small_files_max = 8;
  /// Files that are merged at a time where they are written anew.
  static constexpr std::size_t files_merged_max = 8;

 private:
  /// Files with ascending ranges of addresses: from `first`, `count` of added_; or one that was there.
  struct Range {
    std::size_t first = 0, count = 0;
    std::optional<std::size_t> old = {};
  };
  struct Part {
    std::optional<std::string> until;  // addresses that are less
    std::size_t range = 0;
  };
  struct OldFile {
    DatasetFile file;
    Place place = nowhere;
    std::int64_t rows_dropped = 0;
    bool is_replaced = false;
  };
  struct Folder {
    const Table* table = nullptr;
    GatheredRows rows;
    Place place = nowhere;  // of the rows that are gathered
  };

  Place new_place();
  Result<Folder*> folder_of(const Table& table, std::string_view partition);
  Result<Place> after_add(const std::string& name, Folder& folder, std::int64_t memory_before);
  Result<void> spill_largest();
  Result<void> write_gathered(const std::string& name, Folder& folder);
  Result<std::size_t> write(const std::string& folder, const Table& table, SortedRows& rows,
                            std::int64_t size_bytes_target);
  Result<void> finish_folder(const std::string& name, const std::vector<std::size_t>& old_files);
  Result<void> write_anew(const std::string& name, const std::vector<std::size_t>& files);
  SortedSources sources_of(const Table& table, const std::vector<std::size_t>& files,
                           std::vector<std::int64_t>& rows_given);
  std::vector<std::size_t> to_write_anew(const std::vector<std::size_t>& old_files, bool has_rows);
  bool is_dropped(std::size_t file, std::string_view uri) const;
  std::int64_t size_of_files(std::int64_t size_bytes) const;
  Compression& compression_of(const Table& table) { return compressions_[&table]; }

  ObjectStore& dataset_;
  Random& random_;
  DatasetWritingSettings settings_;
  RowSpool spool_;
  std::vector<OldFile> old_files_;
  std::map<std::string, std::size_t, std::less<>> old_by_key_;
  std::map<std::string, Folder, std::less<>> folders_;  // by name: "pages/year=2026/"
  std::map<const Table*, Compression> compressions_;
  std::int64_t memory_bytes_ = 0;
  std::vector<std::vector<Part>> places_;
  std::vector<Range> ranges_;
  std::vector<DatasetFile> added_;
  std::vector<std::pair<std::size_t, std::size_t>> dropped_;  // file, hash of the address; sorted by finish()
  std::set<std::string, std::less<>> distrusted_;
};

}  // namespace docmill
