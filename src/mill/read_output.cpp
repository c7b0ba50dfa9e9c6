#include "mill/read_output.h"

#include <arrow/record_batch.h>

#include <utility>

#include "output/dataset/output_rows.h"

namespace docmill {
namespace {

/// Somebody may write it while it is read.
constexpr int reads_max = 3;

/// Whether others can be read although this one cannot.
bool is_of_one_output(const Error& error) {
  return scope_of(error) == FaultScope::one_object || error.kind == ErrorKind::denied;
}

bool is_of_bytes(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::unsupported;
}

ReadOutput failed(Error error) {
  ReadOutput read;
  if (error.kind == ErrorKind::source_gone) {
    read.is_gone = true;
  } else if (is_of_bytes(error) || is_of_one_output(error)) {
    read.may_change = !is_of_bytes(error);
    read.unreadable = std::move(error);
  } else {
    read.place_error = std::move(error);
  }
  return read;
}

/// The rest of an output, behind the first batch that was read of it.
class Rest final : public SortedRows {
 public:
  Rest(std::shared_ptr<arrow::RecordBatch> first, OutputRows rows) : first_(std::move(first)), rows_(std::move(rows)) {}
  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    if (first_) return std::exchange(first_, nullptr);
    return rows_.next();
  }

 private:
  std::shared_ptr<arrow::RecordBatch> first_;
  OutputRows rows_;
};

struct OpenOutput {
  std::shared_ptr<ArrowFile> file;
  std::string etag;
};

/// In one version.
Result<OpenOutput> open_large(ObjectStore& outputs, const ObjectInfo& listed) {
  auto file = fetched(outputs, listed);
  if (!file) return std::unexpected(std::move(file).error());
  const auto now = outputs.head(listed.key);
  if (!now) return std::unexpected(now.error());
  if (!*now) return fail(ErrorKind::source_gone, outputs.uri(listed.key), "removed while it was read");
  if ((*now)->etag != listed.etag)
    return fail(ErrorKind::source_changed, outputs.uri(listed.key), "changed while it was read");
  return OpenOutput{.file = *std::move(file), .etag = listed.etag};
}

Result<OpenOutput> open_once(ObjectStore& outputs, const ObjectInfo& listed) {
  if (listed.size_bytes > output_in_memory_size_bytes_max) return open_large(outputs, listed);
  auto object = outputs.get(listed.key, output_in_memory_size_bytes_max);
  if (!object) return std::unexpected(std::move(object).error());
  std::string etag = object->info.etag;
  return OpenOutput{.file = arrow_file_of(std::make_shared<const Blob>(std::move(object->blob))),
                    .etag = std::move(etag)};
}

Result<OpenOutput> open(ObjectStore& outputs, ObjectInfo listed) {
  for (int round = 1;; ++round) {
    auto opened = open_once(outputs, listed);
    const bool has_changed =
        !opened && (opened.error().kind == ErrorKind::source_changed || opened.error().kind == ErrorKind::limit_bytes);
    if (!has_changed || round == reads_max) return opened;
    auto now = outputs.head(listed.key);
    if (!now) return std::unexpected(std::move(now).error());
    if (!*now) return fail(ErrorKind::source_gone, outputs.uri(listed.key), "removed while it was read");
    listed = **std::move(now);
  }
}

/// Errors: those of OutputRows.
Result<void> read_rows(OutputRows rows, ReadOutput& read) {
  read.stamp = rows.stamp();
  read.rows = rows.row_count();
  const bool is_large = rows.plain_size_bytes() > output_decoded_size_bytes_max;
  std::int64_t count = 0;
  for (;;) {
    auto batch = rows.next();
    if (!batch) return std::unexpected(std::move(batch).error());
    read.source_uri = rows.source_uri();
    if (!*batch) break;
    if (is_large) {
      read.large = std::make_shared<Rest>(*std::move(batch), std::move(rows));
      return {};
    }
    count += (*batch)->num_rows();
    read.batches.push_back(*std::move(batch));
  }
  if (count != read.rows) return fail(ErrorKind::corrupt, "", "it has not as many rows as its footer says");
  return {};
}

}  // namespace

ReadOutput read_output(ObjectStore& outputs, const ObjectInfo& listed, const Table& table) {
  auto opened = open(outputs, listed);
  if (!opened) return failed(std::move(opened).error());
  ReadOutput read{.etag = std::move(opened->etag)};
  auto rows = OutputRows::open(std::move(opened->file), table, outputs.uri(listed.key));
  const Result<void> done = rows ? read_rows(*std::move(rows), read) : std::unexpected(std::move(rows).error());
  if (done) return read;
  ReadOutput without_rows = failed(done.error());
  without_rows.etag = std::move(read.etag);
  return without_rows;
}

}  // namespace docmill
