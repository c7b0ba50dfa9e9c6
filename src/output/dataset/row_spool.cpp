#include "output/dataset/row_spool.h"

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <optional>
#include <utility>

#include "base/failpoint.h"
#include "base/unnamed_file.h"
#include "output/dataset/arrow_file.h"

namespace docmill {
namespace {

std::unexpected<Error> error_from(const arrow::Status& status) {
  if (status.IsOutOfMemory()) throw std::bad_alloc();
  return fail(ErrorKind::unavailable, "temporary file", status.ToString());
}

}  // namespace

/// Where the file ends.
class RowSpool::Tail final : public arrow::io::OutputStream {
 public:
  Tail(int fd, std::uint64_t offset) : fd_(fd), start_(offset), end_(offset) {}

  arrow::Status Write(const void* data, std::int64_t count) override {
    if (DOCMILL_FAILPOINT("spool_write")) return failed(ENOSPC);
    const char* bytes = static_cast<const char*>(data);
    for (auto left = static_cast<std::size_t>(count); left > 0;) {
      const ssize_t written = ::pwrite(fd_, bytes, left, static_cast<off_t>(end_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed(errno);
      bytes += written;
      left -= static_cast<std::size_t>(written);
      end_ += static_cast<std::uint64_t>(written);
    }
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return static_cast<std::int64_t>(end_ - start_); }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }

  Run run() const { return {.offset = start_, .size_bytes = end_ - start_}; }
  const std::optional<Error>& error() const { return error_; }

 private:
  arrow::Status failed(int cause) {
    error_ = unnamed_file_failed(cause, "write").error();
    return arrow::Status::IOError(error_->message);
  }

  int fd_;
  std::uint64_t start_, end_;
  std::optional<Error> error_;
};

struct RowSpool::Writer::State {
  RowSpool& spool;
  std::shared_ptr<Tail> tail;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer;

  std::unexpected<Error> failed(const arrow::Status& status) const {
    return tail->error() ? std::unexpected(*tail->error()) : error_from(status);
  }
};

RowSpool::Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
RowSpool::Writer::Writer(Writer&&) noexcept = default;
RowSpool::Writer& RowSpool::Writer::operator=(Writer&&) noexcept = default;
RowSpool::Writer::~Writer() = default;

Result<void> RowSpool::Writer::write(const arrow::RecordBatch& rows) {
  const auto written = state_->writer->WriteRecordBatch(rows);
  if (!written.ok()) return state_->failed(written);
  return {};
}

Result<RowSpool::Run> RowSpool::Writer::finish() {
  const auto closed = state_->writer->Close();
  if (!closed.ok()) return state_->failed(closed);
  const Run run = state_->tail->run();
  state_->spool.end_ = run.offset + run.size_bytes;
  return run;
}

Result<void> RowSpool::open() {
  if (file_) return {};
  auto file = unnamed_file();
  if (!file) return std::unexpected(std::move(file).error());
  file_ = *std::move(file);
  return {};
}

Result<RowSpool::Writer> RowSpool::begin(const std::shared_ptr<arrow::Schema>& schema) {
  if (auto opened = open(); !opened) return std::unexpected(std::move(opened).error());
  auto state = std::make_unique<Writer::State>(*this, std::make_shared<Tail>(file_.get(), end_), nullptr);
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.use_threads = false;
  auto writer = arrow::ipc::MakeStreamWriter(state->tail, schema, options);
  if (!writer.ok()) return state->failed(writer.status());
  state->writer = *std::move(writer);
  return Writer(std::move(state));
}

Result<RowSpool::Run> RowSpool::write(const std::shared_ptr<arrow::Schema>& schema, SortedRows& rows) {
  auto writer = begin(schema);
  if (!writer) return std::unexpected(std::move(writer).error());
  for (;;) {
    const auto batch = rows.next();
    if (!batch) return std::unexpected(batch.error());
    if (!*batch) return writer->finish();
    if (auto written = writer->write(**batch); !written) return std::unexpected(std::move(written).error());
  }
}

class RowSpool::Reader final : public SortedRows {
 public:
  Reader(int fd, const Run& run) : fd_(fd), run_(run), file_(arrow_file_of(fd, run.offset, run.size_bytes)) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() override {
    // Where the file system cannot, the room is given back with the file.
    ::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(run_.offset),
                static_cast<off_t>(run_.size_bytes));
  }

  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    if (!reader_) {
      auto options = arrow::ipc::IpcReadOptions::Defaults();
      options.use_threads = false;
      auto reader = arrow::ipc::RecordBatchStreamReader::Open(file_, options);
      if (!reader.ok()) return failed(reader.status());
      reader_ = *std::move(reader);
    }
    std::shared_ptr<arrow::RecordBatch> batch;
    const auto read = reader_->ReadNext(&batch);
    if (!read.ok()) return failed(read);
    return batch;
  }

 private:
  std::unexpected<Error> failed(const arrow::Status& status) const {
    return file_->error() ? std::unexpected(*file_->error()) : error_from(status);
  }

  int fd_;
  Run run_;
  std::shared_ptr<ArrowFile> file_;
  std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader_;
};

std::unique_ptr<SortedRows> RowSpool::read(const Run& run) { return std::make_unique<Reader>(file_.get(), run); }

}  // namespace docmill
