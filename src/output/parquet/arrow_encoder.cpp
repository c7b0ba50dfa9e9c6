// Arrow's libparquet, for tables that are nested, wide or large.
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/file_writer.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <algorithm>
#include <new>
#include <optional>

#include "document/limits.h"
#include "output/parquet/encoder.h"
#include "output/parquet/table_size.h"
#include "output/parquet/zstd.h"

namespace docmill::parquet_format {
namespace {

/// Rows that are gathered before libparquet is called: for each call it goes through all columns anew.
constexpr std::int64_t gathered_size_bytes_max = 1 * MiB;
constexpr std::int64_t gathered_rows_max = 8'192;
/// In a file of fewer rows dictionaries take more room than they save, and time.
constexpr std::int64_t dictionary_rows_min = 8;
/// Beyond it a minimum costs the footer more than skipping saves.
constexpr std::size_t statistics_size_bytes_max = 1 * KiB;

/// What libparquet writes to. Keeps the sink's error, which an arrow::Status would flatten to a text.
class SinkStream final : public arrow::io::OutputStream {
 public:
  explicit SinkStream(ByteSink& sink) : sink_(&sink) {}

  arrow::Status Write(const void* data, std::int64_t size_bytes) override {
    if (sink_ == nullptr) return arrow::Status::IOError("the file was given up");
    auto written = sink_->write({static_cast<const std::byte*>(data), static_cast<std::size_t>(size_bytes)});
    position_ += size_bytes;
    if (written) return arrow::Status::OK();
    error_ = std::move(written).error();
    give_up();
    return arrow::Status::IOError(error_->message);
  }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }

  /// Nothing more reaches the sink.
  void give_up() { sink_ = nullptr; }
  const std::optional<Error>& error() const { return error_; }

 private:
  ByteSink* sink_;
  std::int64_t position_ = 0;
  std::optional<Error> error_;
};

Error error_from(const arrow::Status& status) {
  if (status.IsOutOfMemory()) throw std::bad_alloc();
  const bool of_the_rows = status.IsInvalid() || status.IsTypeError() || status.IsNotImplemented();
  return {of_the_rows ? ErrorKind::invalid_input : ErrorKind::unavailable, "table", status.ToString()};
}

/// What libparquet answers or throws, as a status.
template <typename Call>
arrow::Status status_of(Call&& call) {
  try {
    return std::forward<Call>(call)();
  } catch (const parquet::ParquetStatusException& thrown) {
    return thrown.status();
  } catch (const parquet::ParquetException& thrown) {
    return arrow::Status::Invalid(thrown.what());
  }
}

/// The top-level column of a leaf: "a" of "a.list.element".
std::string column_of(const parquet::ColumnDescriptor& leaf) { return leaf.path()->ToDotVector().front(); }

std::shared_ptr<parquet::WriterProperties> properties_of(const TableLayout& layout,
                                                         const parquet::SchemaDescriptor& schema, bool dictionaries) {
  parquet::WriterProperties::Builder builder;
  builder.memory_pool(arrow::default_memory_pool())
      ->created_by(created_by())
      ->max_statistics_size(statistics_size_bytes_max)
      ->set_size_statistics_level(parquet::SizeStatisticsLevel::None)
      ->disable_write_page_index();
  if (!dictionaries) builder.disable_dictionary();
  for (int i = 0; i < schema.num_columns(); ++i) {
    const auto path = schema.Column(i)->path();
    const bool varied = std::ranges::find(layout.varied, column_of(*schema.Column(i))) != layout.varied.end();
    if (varied || layout.compress_all)
      builder.compression(path, parquet::Compression::ZSTD)->compression_level(path, zstd_level);
    if (varied) builder.disable_dictionary(path)->disable_statistics(path);
  }
  return builder.build();
}

class ArrowFormat final : public FileFormat {
 public:
  static arrow::Result<std::shared_ptr<const FileFormat>> create(const TableLayout& layout) {
    auto format = std::make_shared<ArrowFormat>();
    std::shared_ptr<parquet::SchemaDescriptor> schema;
    ARROW_RETURN_NOT_OK(parquet::arrow::ToParquetSchema(layout.schema.get(), *parquet::default_writer_properties(),
                                                        *format->arrow_properties_, &schema));
    format->schema_ = layout.schema;
    format->root_ = std::static_pointer_cast<parquet::schema::GroupNode>(schema->schema_root());
    format->with_dictionaries_ = properties_of(layout, *schema, true);
    format->without_dictionaries_ = properties_of(layout, *schema, false);
    return format;
  }

  Result<std::unique_ptr<FileEncoder>> begin(ByteSink& sink) const override;

  arrow::Result<std::unique_ptr<parquet::arrow::FileWriter>> open(std::shared_ptr<SinkStream> stream,
                                                                  bool dictionaries) const {
    auto file = parquet::ParquetFileWriter::Open(std::move(stream), root_,
                                                 dictionaries ? with_dictionaries_ : without_dictionaries_);
    std::unique_ptr<parquet::arrow::FileWriter> writer;
    ARROW_RETURN_NOT_OK(parquet::arrow::FileWriter::Make(arrow::default_memory_pool(), std::move(file), schema_,
                                                         arrow_properties_, &writer));
    return writer;
  }

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<parquet::schema::GroupNode> root_;
  std::shared_ptr<parquet::WriterProperties> with_dictionaries_, without_dictionaries_;
  std::shared_ptr<parquet::ArrowWriterProperties> arrow_properties_ = parquet::default_arrow_writer_properties();
};

class ArrowEncoder final : public FileEncoder {
 public:
  ArrowEncoder(ByteSink& sink, const ArrowFormat& format)
      : format_(format), stream_(std::make_shared<SinkStream>(sink)) {}
  ArrowEncoder(const ArrowEncoder&) = delete;
  ArrowEncoder& operator=(const ArrowEncoder&) = delete;
  // An unfinished file is closed by libparquet, that is: written to its end.
  ~ArrowEncoder() override { stream_->give_up(); }

  // Where gathered rows are handed on depends on the rows alone, and so do the bytes.
  Result<void> append(const arrow::RecordBatch& rows) override {
    for (std::int64_t first = 0; first < rows.num_rows();) {
      const std::int64_t room = std::min(rows.num_rows() - first, gathered_rows_max - gathered_rows_);
      std::int64_t count = rows_that_fit(rows, first, room, gathered_size_bytes_max - gathered_bytes_);
      if (count == 0 && gathered_rows_ == 0) count = 1;  // larger than that by itself
      if (count > 0) gather(rows, first, count);
      first += count;
      if (first < rows.num_rows())
        if (auto written = hand_on(false); !written) return written;
    }
    return {};
  }

  Result<void> end_row_group() override {
    if (auto written = hand_on(true); !written) return written;
    group_begun_ = false;
    return {};
  }

  Result<void> finish(std::span<const std::pair<std::string, std::string>> metadata) override {
    return call([&]() -> arrow::Status {
      ARROW_RETURN_NOT_OK(open(false));
      if (!metadata.empty()) {
        const auto values = std::make_shared<arrow::KeyValueMetadata>();
        for (const auto& [key, value] : metadata) values->Append(key, value);
        ARROW_RETURN_NOT_OK(writer_->AddKeyValueMetadata(values));
      }
      return writer_->Close();
    });
  }

 private:
  void gather(const arrow::RecordBatch& rows, std::int64_t first, std::int64_t count) {
    gathered_.push_back(rows.Slice(first, count));
    gathered_rows_ += count;
    gathered_bytes_ += plain_size_bytes(rows, first, count);
  }

  Result<void> hand_on(bool last_of_group) {
    if (gathered_rows_ == 0) return {};
    return call([&]() -> arrow::Status {
      ARROW_RETURN_NOT_OK(open(!last_of_group || gathered_rows_ >= dictionary_rows_min));
      ARROW_ASSIGN_OR_RAISE(const auto rows, arrow::ConcatenateRecordBatches(gathered_));
      gathered_.clear();
      gathered_rows_ = gathered_bytes_ = 0;
      return group_begun_ || !last_of_group ? write_part(*rows) : write_whole_group(*rows);
    });
  }

  // The columns of a whole row group are written one after the other; those of a part wait in memory, compressed.
  arrow::Status write_whole_group(const arrow::RecordBatch& rows) {
    ARROW_RETURN_NOT_OK(writer_->NewRowGroup());
    for (const auto& column : rows.columns()) ARROW_RETURN_NOT_OK(writer_->WriteColumnChunk(*column));
    return arrow::Status::OK();
  }
  arrow::Status write_part(const arrow::RecordBatch& rows) {
    if (!std::exchange(group_begun_, true)) ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
    return writer_->WriteRecordBatch(rows);
  }

  arrow::Status open(bool dictionaries) {
    if (writer_) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(writer_, format_.open(stream_, dictionaries));
    return arrow::Status::OK();
  }

  template <typename Call>
  Result<void> call(Call&& libparquet) {
    const arrow::Status status = status_of(std::forward<Call>(libparquet));
    if (stream_->error()) return std::unexpected(*stream_->error());
    if (status.ok()) return {};
    stream_->give_up();
    return std::unexpected(error_from(status));
  }

  const ArrowFormat& format_;
  std::shared_ptr<SinkStream> stream_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;  // from the first rows on
  arrow::RecordBatchVector gathered_;
  std::int64_t gathered_rows_ = 0, gathered_bytes_ = 0;
  bool group_begun_ = false;
};

Result<std::unique_ptr<FileEncoder>> ArrowFormat::begin(ByteSink& sink) const {
  return std::make_unique<ArrowEncoder>(sink, *this);
}

}  // namespace

Result<std::shared_ptr<const FileFormat>> arrow_format(const TableLayout& layout) {
  for (const auto& field : layout.schema->fields())
    if (!has_plain_size(*field->type()))
      return fail(ErrorKind::invalid_input, "table", "a column of type " + field->type()->ToString());
  arrow::Result<std::shared_ptr<const FileFormat>> format;
  const arrow::Status status = status_of([&] {
    format = ArrowFormat::create(layout);
    return format.status();
  });
  if (!status.ok()) return std::unexpected(error_from(status));
  return *std::move(format);
}

}  // namespace docmill::parquet_format
