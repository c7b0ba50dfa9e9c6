#include "output/dataset/sorted_rows.h"

#include <arrow/api.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace docmill {
namespace {

using Batch = std::shared_ptr<arrow::RecordBatch>;

class Batches final : public SortedRows {
 public:
  explicit Batches(std::vector<Batch> batches) : batches_(std::move(batches)) {}
  Result<Batch> next() override {
    return next_ == batches_.size() ? Batch() : std::exchange(batches_[next_++], nullptr);  // let go of what was given
  }

 private:
  std::vector<Batch> batches_;
  std::size_t next_ = 0;
};

class Merged final : public SortedRows {
 public:
  explicit Merged(SortedSources sources) {
    for (auto& source : sources) {
      heads_.push_back({.uri = std::string(source->least_uri()), .order = heads_.size()});
      sources_.push_back({.rows = std::move(source)});
    }
    std::ranges::make_heap(heads_, std::greater{});
  }

  Result<Batch> next() override {
    while (!heads_.empty()) {
      std::ranges::pop_heap(heads_, std::greater{});
      const Head head = std::move(heads_.back());
      heads_.pop_back();
      Source& source = sources_[head.order];
      if (source.batch) return take(source, head);
      auto batch = source.rows->next();
      if (!batch) return batch;
      if (!*batch) {
        source.rows.reset();
        continue;
      }
      source.batch = *std::move(batch);
      source.first = 0;
      push(source, head.order);
    }
    return nullptr;
  }

 private:
  struct Source {
    std::unique_ptr<SortedRows> rows;
    Batch batch = nullptr;
    std::int64_t first = 0;
  };
  struct Head {
    std::string uri;
    std::size_t order = 0;
    auto operator<=>(const Head&) const = default;
  };

  void push(const Source& source, std::size_t order) {
    heads_.push_back({.uri = std::string(UrisOf(*source.batch)[source.first]), .order = order});
    std::ranges::push_heap(heads_, std::greater{});
  }

  /// As many rows as come before those of any other source.
  Batch take(Source& source, const Head& head) {
    const Batch batch = source.batch;
    const std::int64_t first = source.first;
    std::int64_t end = batch->num_rows();
    if (!heads_.empty()) {
      const Head& other = heads_.front();
      end = UrisOf(*batch).upper_bound(other.uri, first, /*or_equal=*/head.order > other.order);
    }
    source.first = end;
    if (end == batch->num_rows()) {
      source.batch = nullptr;
      // Rows of the same address may follow in the next batch, and belong to these.
      heads_.push_back({.uri = std::string(UrisOf(*batch).back()), .order = head.order});
      std::ranges::push_heap(heads_, std::greater{});
    } else {
      push(source, head.order);
    }
    return end - first == batch->num_rows() ? batch : batch->Slice(first, end - first);
  }

  std::vector<Source> sources_;
  std::vector<Head> heads_;  // a heap, the least in front; of each source that has not ended
};

}  // namespace

UrisOf::UrisOf(const arrow::RecordBatch& rows) : rows_(rows.num_rows()) {
  const int column = rows.schema()->GetFieldIndex("source_uri");
  uris_ = static_cast<const arrow::StringArray*>(rows.column(column).get());  // the batch keeps it
}

std::string_view UrisOf::operator[](std::int64_t row) const { return uris_->GetView(row); }

std::string_view UrisOf::back() const { return (*this)[rows_ - 1]; }

std::int64_t UrisOf::upper_bound(std::string_view uri, std::int64_t first, bool or_equal) const {
  const auto is_before = [&](std::int64_t row) {
    const auto order = (*this)[row].compare(uri);
    return or_equal ? order < 0 : order <= 0;
  };
  if (first < rows_ && is_before(rows_ - 1)) return rows_;  // most often
  std::int64_t end = rows_;
  while (first < end) {
    const std::int64_t middle = first + ((end - first) / 2);
    if (is_before(middle))
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

std::unique_ptr<SortedRows> sorted_batches(std::vector<Batch> batches) {
  return std::make_unique<Batches>(std::move(batches));
}

std::unique_ptr<SortedRows> merged(SortedSources sources) {
  if (sources.size() == 1) return std::move(sources.front());
  return std::make_unique<Merged>(std::move(sources));
}

class SplitRows::Part final : public SortedRows {
 public:
  Part(SplitRows& whole, std::optional<std::string> end) : whole_(whole), end_(std::move(end)) {}

  Result<Batch> next() override {
    if (!whole_.held_) {
      auto batch = whole_.rows_->next();
      if (!batch) return batch;
      whole_.held_ = *std::move(batch);
    }
    if (!whole_.held_ || !end_) return std::exchange(whole_.held_, nullptr);
    const std::int64_t count = UrisOf(*whole_.held_).upper_bound(*end_, 0, /*or_equal=*/true);
    if (count == 0) return nullptr;
    Batch batch = std::exchange(whole_.held_, nullptr);
    if (count == batch->num_rows()) return batch;
    whole_.held_ = batch->Slice(count);
    return batch->Slice(0, count);
  }

 private:
  SplitRows& whole_;
  std::optional<std::string> end_;
};

std::unique_ptr<SortedRows> SplitRows::until(std::string end) { return std::make_unique<Part>(*this, std::move(end)); }

std::unique_ptr<SortedRows> SplitRows::rest() { return std::make_unique<Part>(*this, std::nullopt); }

}  // namespace docmill
