// One output read, to be joined with others.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "document/tables.h"
#include "output/dataset/sorted_rows.h"
#include "output/stamp.h"
#include "store/object_store.h"

namespace docmill {

struct ReadOutput {
  bool is_gone = false;
  std::optional<Error> place_error = {};  // then nothing else counts
  std::optional<Error> unreadable = {};   // why it is left out; the rest may be missing
  bool may_change = false;                // the reason does not lie in the bytes, so it is tried again
  std::string etag = {};                  // of the version that was read
  std::optional<OutputStamp> stamp = {};
  std::optional<std::string> source_uri = {};
  std::int64_t rows = 0;
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches = {};  // all rows, unless it is large
  std::shared_ptr<SortedRows> large = {};                         // instead: a stream of them, for one thread
};

/// One GET of what is small. Of an output with more rows than memory is meant for only the first are decoded. Any
/// thread. No exception leaves it but bad_alloc.
ReadOutput read_output(ObjectStore& outputs, const ObjectInfo& listed, const Table& table);

/// Larger objects are copied to a temporary file first.
inline constexpr std::uint64_t output_in_memory_size_bytes_max = 16 << 20;
/// Rows that take more, uncompressed, are decoded as they are written.
inline constexpr std::uint64_t output_decoded_size_bytes_max = 8 << 20;

}  // namespace docmill
