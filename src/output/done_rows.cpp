#include "output/done_rows.h"

#include <arrow/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>

#include <array>
#include <utility>
#include <vector>

#include "document/job.h"
#include "document/version.h"
#include "output/dataset/arrow_file.h"
#include "output/stamp.h"

namespace docmill {
namespace {

enum Field : std::uint8_t { source_uri, source_etag, output_etag, status, error_kind, recipe_hash, version_of_row };
constexpr std::array names{"source_uri", "source_etag", "output_etag",    "status",
                           "error_kind", "recipe_hash", "docmill_version"};

}  // namespace

class DoneRows::Reader {
 public:
  Reader(std::string hash, std::shared_ptr<ArrowFile> file) : hash_(std::move(hash)), file_(std::move(file)) {}

  Result<void> open(std::string_view name) {
    name_ = name;
    return checked([&]() -> arrow::Status {
      // On this thread: Arrow's own would otherwise call the store.
      parquet::ArrowReaderProperties properties(/*use_threads=*/false);
      properties.set_pre_buffer(false);
      parquet::arrow::FileReaderBuilder builder;
      ARROW_RETURN_NOT_OK(builder.Open(file_));
      ARROW_ASSIGN_OR_RAISE(reader_, builder.properties(properties)->Build());
      for (const char* column : names) {
        const int index = reader_->parquet_reader()->metadata()->schema()->ColumnIndex(column);
        if (index < 0) return arrow::Status::Invalid("no column `", column, "`");
        indices_.push_back(index);
      }
      return arrow::Status::OK();
    });
  }

  Result<std::optional<DoneRow>> next() {
    for (;;) {
      if (row_ == rows_) {
        if (group_ == reader_->num_row_groups()) return std::nullopt;
        if (auto read = read_group(); !read) return std::unexpected(std::move(read).error());
        continue;
      }
      const std::int64_t row = row_++;
      if (is_done(row))
        return DoneRow{.source_uri = columns_[source_uri]->GetString(row),
                       .source_etag = columns_[source_etag]->GetString(row),
                       .output_etag = columns_[output_etag]->GetString(row)};
    }
  }

  std::uint64_t rows_in_all() const {
    return static_cast<std::uint64_t>(reader_->parquet_reader()->metadata()->num_rows());
  }

 private:
  Result<void> read_group() {
    return checked([&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(const auto table, reader_->ReadRowGroup(group_++, indices_));
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto column = table->GetColumnByName(names[i]);
        if (!column || column->type()->id() != arrow::Type::STRING)
          return arrow::Status::Invalid("column `", names[i], "` is no text");
        ARROW_ASSIGN_OR_RAISE(const auto whole, arrow::Concatenate(column->chunks()));
        columns_[i] = std::static_pointer_cast<arrow::StringArray>(whole);
      }
      row_ = 0;
      rows_ = table->num_rows();
      return arrow::Status::OK();
    });
  }

  bool is_done(std::int64_t row) const {
    for (const Field column : {source_uri, source_etag, output_etag, status, recipe_hash, version_of_row})
      if (columns_[column]->IsNull(row)) return false;
    const std::string_view status_name = columns_[status]->GetView(row);
    const bool is_skipped = status_name == name_of(DocumentStatus::skipped);
    return (is_skipped || status_name == name_of(DocumentStatus::ok)) && columns_[error_kind]->IsNull(row) &&
           columns_[recipe_hash]->GetView(row) == hash_ && is_same_major(columns_[version_of_row]->GetView(row));
  }

  /// Parquet throws at damage.
  template <typename Read>
  Result<void> checked(const Read& read) {
    arrow::Status status;
    try {
      status = read();
    } catch (const parquet::ParquetException& error) {
      status = arrow::Status::Invalid(error.what());
    }
    if (status.ok()) return {};
    if (file_->error()) return std::unexpected(*file_->error());
    return fail(ErrorKind::corrupt, name_, status.ToString());
  }

  std::string hash_, name_;
  std::shared_ptr<ArrowFile> file_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::vector<int> indices_;
  std::array<std::shared_ptr<arrow::StringArray>, names.size()> columns_;
  int group_ = 0;
  std::int64_t row_ = 0, rows_ = 0;
};

DoneRows::DoneRows(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
DoneRows::DoneRows(DoneRows&&) noexcept = default;
DoneRows& DoneRows::operator=(DoneRows&&) noexcept = default;
DoneRows::~DoneRows() = default;

Result<DoneRows> DoneRows::open(ObjectStore& store, const ObjectInfo& manifest, std::string_view recipe_hash) {
  auto reader = std::make_unique<Reader>(std::string(recipe_hash), arrow_file_of(store, manifest));
  if (auto opened = reader->open(store.uri(manifest.key)); !opened) return std::unexpected(std::move(opened).error());
  return DoneRows(std::move(reader));
}

Result<std::optional<DoneRow>> DoneRows::next() { return reader_->next(); }
std::uint64_t DoneRows::rows_in_all() const { return reader_->rows_in_all(); }

}  // namespace docmill
