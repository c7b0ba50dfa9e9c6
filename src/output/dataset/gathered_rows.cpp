#include "output/dataset/gathered_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <new>
#include <numeric>
#include <ranges>
#include <string_view>
#include <utility>

#include "document/limits.h"
#include "output/parquet/table_size.h"

namespace docmill {
namespace {

/// Of rows that are made one batch: many documents, and little to copy.
constexpr std::int64_t sorted_batch_bytes = 1 * MiB;

}  // namespace

void GatheredRows::add(std::string_view uri, const std::vector<Batch>& rows) {
  for (const Batch& batch : rows) {
    const std::int64_t plain_bytes = parquet_format::plain_size_bytes(*batch, 0, batch->num_rows());
    pending_plain_bytes_ += plain_bytes;
    plain_size_bytes_ += plain_bytes;
    pending_bytes_ += plain_bytes + batch_overhead_bytes;
  }
  ++documents_;
  pending_.emplace_back(uri, rows);
  if (pending_plain_bytes_ >= sorted_batch_bytes || pending_.size() >= pending_documents_max) sort_pending();
}

void GatheredRows::add_spilled(const RowSpool::Run& run, std::int64_t plain_size_bytes) {
  runs_.push_back(run);
  plain_size_bytes_ += plain_size_bytes;
  ++documents_;
}

void GatheredRows::sort_pending() {
  if (pending_.empty()) return;
  std::vector<std::size_t> order(pending_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Outputs of one address stay in the order in which they came.
  std::ranges::sort(order, {}, [this](std::size_t i) { return std::pair(std::string_view(pending_[i].first), i); });
  arrow::RecordBatchVector batches;
  for (const std::size_t i : order) std::ranges::copy(pending_[i].second, std::back_inserter(batches));
  auto batch = arrow::ConcatenateRecordBatches(batches);
  if (!batch.ok()) throw std::bad_alloc();
  // Documents come nearly in order, so there are few streams, and most often one.
  const std::string_view first = pending_[order.front()].first;
  const auto stream = std::ranges::find_if(sorted_, [&](const std::vector<Batch>& batches_before) {
    return UrisOf(*batches_before.back()).back() <= first;
  });
  if (stream == sorted_.end())
    sorted_.push_back({*std::move(batch)});
  else
    stream->push_back(*std::move(batch));
  sorted_bytes_ += pending_plain_bytes_;
  pending_.clear();
  pending_bytes_ = pending_plain_bytes_ = 0;
}

SortedSources GatheredRows::sorted() {
  sort_pending();
  SortedSources sources;
  for (auto& batches : sorted_) sources.push_back(sorted_batches(std::move(batches)));
  sorted_.clear();
  sorted_bytes_ = 0;
  return sources;
}

Result<void> GatheredRows::spill(RowSpool& spool) {
  if (memory_bytes() == 0) return {};
  SortedSources sources = sorted();
  if (runs_.size() >= runs_max) {
    for (const RowSpool::Run& run : runs_) sources.push_back(spool.read(run));
    runs_.clear();
  }
  const auto rows = merged(std::move(sources));
  auto run = spool.write(schema_, *rows);
  if (!run) return std::unexpected(std::move(run).error());
  runs_.push_back(*run);
  return {};
}

std::unique_ptr<SortedRows> GatheredRows::take(RowSpool& spool) {
  SortedSources sources = sorted();
  for (const RowSpool::Run& run : runs_) sources.push_back(spool.read(run));
  runs_.clear();
  plain_size_bytes_ = documents_ = 0;
  return merged(std::move(sources));
}

}  // namespace docmill
