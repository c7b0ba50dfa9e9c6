// What a dataset holds, and of which outputs: `_docmill/collect.parquet` beside its tables.
//
// A row for each output that was found, in the bytewise order of keys, so that it is merged with a listing as it is
// read. The footer has what holds for the dataset as a whole, and its files.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "output/dataset/dataset_file.h"
#include "store/object_store.h"

namespace docmill {

inline constexpr std::string_view dataset_manifest_key = "_docmill/collect.parquet";

/// What became of an output.
enum class OutputFate : std::uint8_t {
  joined,      // its rows are in the dataset; of one without rows, that is known
  stale,       // left out: a newer version of its document is there, or it is gone
  unreadable,  // left out: it is damaged, or none of docmill's, or its rows do not fit
};
std::string_view name_of(OutputFate fate);

struct DatasetRow {
  std::string key;   // of the output, in its place
  std::string etag;  // of the version that was read
  std::string table;
  OutputFate fate = OutputFate::joined;
  std::string reason = {};                           // why it is unreadable
  std::optional<std::string> source_uri = {};        // as its rows say
  std::optional<std::string> source_etag = {};       // as its stamp says
  std::optional<std::string> status = {};            // likewise: ok, partial, retry
  std::optional<std::string> mark_etag = {};         // of the mark of failure that stood beside it
  std::optional<std::string> mark_source_etag = {};  // and the version of the document that failed
  std::int64_t rows = 0;                             // in the dataset
  std::optional<std::string> file = {};              // where they are; none where there are none
};

/// Of the dataset as a whole.
struct DatasetHead {
  std::string outputs_uri;  // the place of the outputs that it is made of
  std::string partition;    // the expression; empty for none
  std::vector<DatasetFile> files;
};

/// Rows are gathered and given as batches. With `file`, or, while it is not known, with the number of a place that
/// stands for it.
class DatasetRows {
 public:
  static std::shared_ptr<arrow::Schema> schema();
  static std::shared_ptr<arrow::Schema> schema_with_places();

  DatasetRows();
  DatasetRows(DatasetRows&&) noexcept;
  ~DatasetRows();
  void add(const DatasetRow& row, std::int32_t place);
  std::int64_t count() const;
  /// Those that were added since, in schema_with_places().
  std::shared_ptr<arrow::RecordBatch> take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline constexpr std::int64_t dataset_manifest_rows_per_group = 32'768;

/// A manifest as it is read: the head at once, rows one after the other.
class DatasetManifest {
 public:
  /// Nothing where there is none. Errors: those of the store; corrupt.
  static Result<std::optional<DatasetManifest>> open(ObjectStore& dataset);
  DatasetManifest(DatasetManifest&&) noexcept;
  DatasetManifest& operator=(DatasetManifest&&) noexcept;
  ~DatasetManifest();

  const std::string& etag() const;
  const DatasetHead& head() const;
  /// Nothing at the end. Errors: corrupt, unavailable.
  Result<std::optional<DatasetRow>> next();

 private:
  struct State;
  explicit DatasetManifest(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes one. `id` is another each time, so that no two have the same etag.
class DatasetManifestWriter {
 public:
  static Result<DatasetManifestWriter> create(ObjectStore& dataset);
  DatasetManifestWriter(DatasetManifestWriter&&) noexcept;
  ~DatasetManifestWriter();
  /// Rows in DatasetRows::schema().
  Result<void> write(const arrow::RecordBatch& rows);
  /// The etag; nothing where the condition did not hold.
  Result<std::optional<std::string>> commit(const DatasetHead& head, const std::string& id,
                                            const WriteCondition& condition);

 private:
  struct State;
  explicit DatasetManifestWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace docmill
