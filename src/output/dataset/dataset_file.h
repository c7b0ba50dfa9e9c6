// The files of a dataset: what they are called, and how rows become some.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "document/tables.h"
#include "output/dataset/sorted_rows.h"
#include "store/object_store.h"

namespace docmill {

/// A file of the dataset, as its manifest has it.
struct DatasetFile {
  std::string key;  // "pages/year=2026/part-<32 hex digits>.parquet"
  std::int64_t rows = 0;
  std::int64_t size_bytes = 0;
  std::int64_t plain_size_bytes = 0;  // of its rows, uncompressed
  std::string first_uri, last_uri;    // of its rows

  /// "pages/year=2026/": its table and partition.
  std::string_view folder() const { return std::string_view(key).substr(0, key.rfind('/') + 1); }
};

/// Beyond it the partitions are too fine: each is a file at least, and all stand in the footer of the manifest.
inline constexpr std::size_t dataset_files_max = 100'000;

/// Whether a key in the folder of a table is one that docmill gives.
bool is_dataset_file(std::string_view key);

/// Rows of a row group, at most: as many as DuckDB reads at a time.
inline constexpr std::int64_t dataset_rows_per_group = 122'880;

/// How much rows of a table take in a file, of what they take uncompressed: learnt from those that were written.
struct Compression {
  double share = 0.3;
};

struct FilesPlan {
  const Table& table;
  std::string folder;                  // of the table and the partition; ends in '/'
  std::int64_t size_bytes_target = 0;  // of each file, about. Rows of one document stay in one, however large
};

/// Write all rows to new files, which hold ascending ranges of addresses, and append what was written to `files`, also
/// when an error ends it. Nothing that lies there is touched. In memory is what TableWriter holds.
///
/// Errors: those of `rows` and of the store.
Result<void> write_files(ObjectStore& dataset, const FilesPlan& plan, SortedRows& rows, Random& random,
                         Compression& compression, std::vector<DatasetFile>& files);

/// The rows of a file without those of some documents. It is not read before they are asked for.
struct FileToRead {
  DatasetFile file;
  /// Whether the rows of this address are left out.
  std::function<bool(std::string_view uri)> is_dropped;
  std::int64_t* rows_given = nullptr;  // counted; outlives the reader
};

/// Errors of the stream: those of the store; corrupt (it is not what the manifest says); source_gone.
std::unique_ptr<SortedRows> rows_of_file(ObjectStore& dataset, const Table& table, FileToRead file);

}  // namespace docmill
