#include "output/dataset/dataset_file.h"

#include <arrow/api.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "base/failpoint.h"
#include "output/dataset/arrow_file.h"
#include "output/dataset/output_rows.h"
#include "output/parquet/table_size.h"
#include "output/table_writer.h"

namespace docmill {
namespace {

using Batch = std::shared_ptr<arrow::RecordBatch>;

constexpr std::string_view name_start = "part-", name_end = ".parquet";
constexpr std::size_t name_digits = 32;
constexpr std::int64_t rows_read_max = 8'192;

std::string new_name(Random& random) {
  const std::uint64_t high = random.next();
  return fmt::format("{}{:016x}{:016x}{}", name_start, high, random.next(), name_end);
}

Result<TableFormat> format_of(const Table& table) {
  return TableFormat::create(
      {.schema = table.schema, .varied = varied_columns(table), .compress_all = true, .large = true});
}

/// Counts what reaches an object: all of the row groups that have ended, of others a part or nothing.
class CountedObject final : public ObjectWriter {
 public:
  CountedObject(std::unique_ptr<ObjectWriter> object, std::shared_ptr<std::int64_t> size_bytes)
      : object_(std::move(object)), size_bytes_(std::move(size_bytes)) {}
  Result<void> write(std::span<const std::byte> bytes) override {
    *size_bytes_ += static_cast<std::int64_t>(bytes.size());
    return object_->write(bytes);
  }
  void set_attributes(ObjectAttributes attributes) override { object_->set_attributes(std::move(attributes)); }
  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return object_->commit(condition);
  }
  bool can_commit() const override { return object_->can_commit(); }

 private:
  std::unique_ptr<ObjectWriter> object_;
  std::shared_ptr<std::int64_t> size_bytes_;
};

/// One file on its way.
class OpenFile {
 public:
  static Result<OpenFile> create(ObjectStore& dataset, const TableFormat& format, std::string key) {
    auto object = dataset.create(key);
    if (!object) return std::unexpected(std::move(object).error());
    auto written = std::make_shared<std::int64_t>(0);
    auto writer = TableWriter::create(std::make_unique<CountedObject>(*std::move(object), written), format,
                                      dataset_rows_per_group);
    if (!writer) return std::unexpected(std::move(writer).error());
    return OpenFile(*std::move(writer), std::move(written), std::move(key));
  }

  Result<void> write(const arrow::RecordBatch& rows) {
    const std::int64_t plain_bytes = parquet_format::plain_size_bytes(rows, 0, rows.num_rows());
    if (file_.rows == 0) file_.first_uri = UrisOf(rows).front();
    file_.last_uri = UrisOf(rows).back();
    file_.rows += rows.num_rows();
    file_.plain_size_bytes += plain_bytes;
    waiting_bytes_ += plain_bytes;
    const std::int64_t before = *written_bytes_;
    if (auto written = writer_.write(rows); !written) return written;
    if (*written_bytes_ > before) waiting_bytes_ = 0;  // a row group has ended
    return {};
  }

  /// What the file would take if it ended now, about.
  std::int64_t size_bytes(const Compression& compression) const {
    const double waiting = static_cast<double>(waiting_bytes_) * compression.share;
    return *written_bytes_ + static_cast<std::int64_t>(waiting);
  }
  const std::string& last_uri() const { return file_.last_uri; }

  Result<DatasetFile> commit() {
    const auto finished = writer_.finish({});
    if (!finished) return std::unexpected(finished.error());
    file_.size_bytes = finished->size_bytes;
    const auto etag = writer_.commit(WriteCondition::if_absent());
    if (!etag) return std::unexpected(etag.error());
    if (!*etag) return fail(ErrorKind::unavailable, file_.key, "somebody else has written a file of this name");
    (void)DOCMILL_FAILPOINT("collect_file_put");
    return file_;
  }

 private:
  OpenFile(TableWriter writer, std::shared_ptr<std::int64_t> written_bytes, std::string key)
      : writer_(std::move(writer)), written_bytes_(std::move(written_bytes)) {
    file_.key = std::move(key);
  }

  TableWriter writer_;
  std::shared_ptr<std::int64_t> written_bytes_;
  DatasetFile file_;
  std::int64_t waiting_bytes_ = 0;  // uncompressed, of the row group that has not ended
};

class Writing {
 public:
  Writing(ObjectStore& dataset, const FilesPlan& plan, Random& random, Compression& compression,
          std::vector<DatasetFile>& files)
      : dataset_(dataset), plan_(plan), random_(random), compression_(compression), files_(files) {}

  Result<void> go(SortedRows& rows) {
    auto format = format_of(plan_.table);
    if (!format) return std::unexpected(std::move(format).error());
    for (;;) {
      const auto batch = rows.next();
      if (!batch) return std::unexpected(batch.error());
      if (!*batch) return end_file();
      if (auto written = write(*format, *batch); !written) return written;
    }
  }

 private:
  bool is_full() const { return file_ && file_->size_bytes(compression_) >= plan_.size_bytes_target; }

  Result<void> write(const TableFormat& format, Batch batch) {
    if (is_full()) {
      // The rest of a document belongs to the rows before it.
      const std::int64_t rest = UrisOf(*batch).upper_bound(file_->last_uri(), 0);
      if (rest > 0)
        if (auto written = file_->write(*batch->Slice(0, rest)); !written) return written;
      if (rest == batch->num_rows()) return {};
      if (auto ended = end_file(); !ended) return ended;
      batch = batch->Slice(rest);
    }
    if (!file_) {
      auto file = OpenFile::create(dataset_, format, plan_.folder + new_name(random_));
      if (!file) return std::unexpected(std::move(file).error());
      file_.emplace(*std::move(file));
    }
    return file_->write(*batch);
  }

  Result<void> end_file() {
    if (!file_) return {};
    auto written = file_->commit();
    file_.reset();
    if (!written) return std::unexpected(std::move(written).error());
    if (written->plain_size_bytes > 0)
      compression_.share = static_cast<double>(written->size_bytes) / static_cast<double>(written->plain_size_bytes);
    files_.push_back(*std::move(written));
    return {};
  }

  ObjectStore& dataset_;
  const FilesPlan& plan_;
  Random& random_;
  Compression& compression_;
  std::vector<DatasetFile>& files_;
  std::optional<OpenFile> file_;
};

class FileRows final : public SortedRows {
 public:
  FileRows(ObjectStore& dataset, const Table& table, FileToRead what)
      : dataset_(dataset), table_(table), what_(std::move(what)) {}

  std::string_view least_uri() const override { return what_.file.first_uri; }

  Result<Batch> next() override {
    try {
      if (!batches_)
        if (auto opened = open(); !opened) return std::unexpected(std::move(opened).error());
      for (;;) {
        auto batch = batches_->Next();
        if (!batch.ok()) return broken(batch.status().ToString());
        if (!*batch) return nullptr;
        const auto rows = in_schema(**batch, columns_, table_, what_.file.key);
        if (!rows) return rows;
        Batch kept = without_dropped(*rows);
        if (kept->num_rows() == 0) continue;
        *what_.rows_given += kept->num_rows();
        return kept;
      }
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {  // parquet throws at damage
      return broken(error.what());
    }
  }

 private:
  std::unexpected<Error> broken(std::string message) const {
    if (file_ && file_->error()) return std::unexpected(*file_->error());
    return fail(ErrorKind::corrupt, dataset_.uri(what_.file.key), std::move(message));
  }

  Result<void> open() {
    ObjectInfo object;
    object.key = what_.file.key;
    object.size_bytes = static_cast<std::uint64_t>(what_.file.size_bytes);
    auto file = fetched(dataset_, object);
    if (!file) return std::unexpected(std::move(file).error());
    file_ = *std::move(file);
    parquet::ArrowReaderProperties properties(/*use_threads=*/false);
    properties.set_batch_size(rows_read_max);
    properties.set_pre_buffer(false);
    auto made = parquet::arrow::FileReader::Make(arrow::default_memory_pool(), parquet::ParquetFileReader::Open(file_),
                                                 properties);
    if (!made.ok()) return broken(made.status().ToString());
    reader_ = *std::move(made);
    std::shared_ptr<arrow::Schema> schema;
    if (const auto got = reader_->GetSchema(&schema); !got.ok()) return broken(got.ToString());
    auto columns = columns_of(*schema, table_, what_.file.key);
    if (!columns) return broken(columns.error().message);
    columns_ = *std::move(columns);
    auto batches = reader_->GetRecordBatchReader();
    if (!batches.ok()) return broken(batches.status().ToString());
    batches_ = *std::move(batches);
    return {};
  }

  /// Documents are told apart by address, which is asked for once each.
  Batch without_dropped(const Batch& rows) const {
    const UrisOf uris(*rows);
    arrow::RecordBatchVector kept;
    std::int64_t start = 0;  // of what is kept
    const auto keep_until = [&](std::int64_t end) {
      if (end > start) kept.push_back(rows->Slice(start, end - start));
    };
    for (std::int64_t row = 0; row < rows->num_rows();) {
      const std::int64_t end = uris.upper_bound(uris[row], row);
      if (what_.is_dropped(uris[row])) {
        keep_until(row);
        start = end;
      }
      row = end;
    }
    if (start == 0) return rows;
    keep_until(rows->num_rows());
    if (kept.empty()) return rows->Slice(0, 0);
    auto joined = arrow::ConcatenateRecordBatches(kept);
    if (!joined.ok()) throw std::bad_alloc();
    return *std::move(joined);
  }

  ObjectStore& dataset_;
  const Table& table_;
  FileToRead what_;
  std::shared_ptr<ArrowFile> file_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::vector<int> columns_;
};

}  // namespace

bool is_dataset_file(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  if (name.size() != name_start.size() + name_digits + name_end.size()) return false;
  if (!name.starts_with(name_start) || !name.ends_with(name_end)) return false;
  return name.substr(name_start.size(), name_digits).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<void> write_files(ObjectStore& dataset, const FilesPlan& plan, SortedRows& rows, Random& random,
                         Compression& compression, std::vector<DatasetFile>& files) {
  return Writing(dataset, plan, random, compression, files).go(rows);
}

std::unique_ptr<SortedRows> rows_of_file(ObjectStore& dataset, const Table& table, FileToRead file) {
  return std::make_unique<FileRows>(dataset, table, std::move(file));
}

}  // namespace docmill
