#include "mill/collected_rows.h"

#include <arrow/api.h>

#include <utility>

#include "base/array_building.h"

namespace docmill {

Result<void> CollectedRows::flush() {
  if (!writer_) {
    auto writer = spool_.begin(DatasetRows::schema_with_places());
    if (!writer) return std::unexpected(std::move(writer).error());
    writer_.emplace(*std::move(writer));
  }
  return writer_->write(*gathered_.take());
}

Result<void> CollectedRows::add(const DatasetRow& row, DatasetWriting::Place place) {
  gathered_.add(row, place);
  return gathered_.count() < dataset_manifest_rows_per_group ? Result<void>() : flush();
}

std::shared_ptr<arrow::RecordBatch> CollectedRows::with_files(const arrow::RecordBatch& rows) const {
  const auto& places = static_cast<const arrow::Int32Array&>(*rows.GetColumnByName("place"));
  const auto& uris = static_cast<const arrow::StringArray&>(*rows.GetColumnByName("source_uri"));
  arrow::StringBuilder files;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    const DatasetWriting::Place place = places.Value(row);
    check_built(place == DatasetWriting::nowhere ? files.AppendNull()
                                                 : files.Append(writing_.file_of(place, uris.GetView(row))));
  }
  arrow::ArrayVector columns = rows.columns();
  columns.back() = finished(files);
  return arrow::RecordBatch::Make(DatasetRows::schema(), rows.num_rows(), std::move(columns));
}

Result<std::optional<std::string>> CollectedRows::publish(ObjectStore& dataset, const DatasetHead& head,
                                                          const std::string& id, const WriteCondition& condition) {
  if (auto flushed = flush(); !flushed) return std::unexpected(std::move(flushed).error());
  const auto run = writer_->finish();
  if (!run) return std::unexpected(run.error());
  auto manifest = DatasetManifestWriter::create(dataset);
  if (!manifest) return std::unexpected(std::move(manifest).error());
  const auto rows = spool_.read(*run);
  for (;;) {
    const auto batch = rows->next();
    if (!batch) return std::unexpected(batch.error());
    if (!*batch) break;
    if ((*batch)->num_rows() == 0) continue;
    if (auto written = manifest->write(*with_files(**batch)); !written)
      return std::unexpected(std::move(written).error());
  }
  return manifest->commit(head, id, condition);
}

}  // namespace docmill
