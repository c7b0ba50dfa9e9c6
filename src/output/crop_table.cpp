#include "output/crop_table.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <fmt/format.h>

#include <new>

#include "document/page_choice.h"

namespace docmill {
namespace {

/// Why a region has no row of a child.
Error why_missing(const CropRegion& region, const Recipe& recipe, std::uint32_t page_count) {
  const auto index = page_index_of(region.page, page_count);
  if (!index)
    return {ErrorKind::invalid_input, "",
            fmt::format("there is no page {}: the document has {}", region.page, page_count)};
  if (*index >= recipe.limits.pages_max)
    return {ErrorKind::limit_pages, "",
            fmt::format("page {} is not read: the limit is {} pages", *index + 1, recipe.limits.pages_max)};
  return {ErrorKind::bad_child_output, "", "the extraction child said nothing of the region"};
}

}  // namespace

CropTable::CropTable(const Recipe& recipe, std::uint32_t page_count)
    : recipe_(recipe),
      page_count_(page_count),
      rows_(recipe.crops.regions.size()),
      errors_(recipe.crops.regions.size()) {}

void CropTable::add(const ExtractedPage& page) {
  const auto& rows = page.rows_of(TableId::crops);
  const auto& names = static_cast<const arrow::StringArray&>(*rows->GetColumnByName("name"));
  for (const std::uint32_t region : regions_on(recipe_, page.page_index, page_count_)) {
    errors_[region] = page.summary.error;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row)
      if (names.GetView(row) == recipe_.crops.regions[region].name) rows_[region] = rows->Slice(row, 1);
  }
}

std::shared_ptr<arrow::RecordBatch> CropTable::row_of(std::uint32_t index) const {
  if (rows_[index]) return rows_[index];
  const CropRegion& region = recipe_.crops.regions[index];
  const Error error = errors_[index] ? *errors_[index] : why_missing(region, recipe_, page_count_);
  const auto page = page_index_of(region.page, page_count_);
  const PageCrop crop{
      .name = region.name, .page = region.page, .error_kind = error.kind, .error_message = error.message};
  return crop_rows(page ? std::optional(*page + 1) : std::nullopt, {&crop, 1});
}

std::shared_ptr<arrow::RecordBatch> CropTable::finish() const {
  std::vector<std::shared_ptr<arrow::RecordBatch>> rows;
  for (std::uint32_t region = 0; region < rows_.size(); ++region) rows.push_back(row_of(region));
  if (rows.empty()) return crop_rows(std::nullopt, {});
  const auto table = arrow::Table::FromRecordBatches(table_of(TableId::crops).child_schema, rows);
  auto batch = table.ok() ? (*table)->CombineChunksToBatch()
                          : arrow::Result<std::shared_ptr<arrow::RecordBatch>>(table.status());
  if (!batch.ok()) throw std::bad_alloc();
  return *std::move(batch);
}

}  // namespace docmill
