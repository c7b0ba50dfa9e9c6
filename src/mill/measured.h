// A store and an extractor that count what goes through them. Whoever uses them does not notice.
#pragma once

#include <array>
#include <atomic>
#include <functional>

#include "sandbox/extractor.h"
#include "store/object_store.h"
#include "telemetry/metrics.h"

namespace docmill {

/// Counts bytes read and written: docmill_bytes_read_total, docmill_bytes_written_total.
class MeasuredStore final : public ObjectStore {
 public:
  /// Both outlive it.
  MeasuredStore(ObjectStore& store, Metrics& metrics);

  std::string uri(std::string_view key) const override { return store_.uri(key); }
  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override { return store_.list(options); }
  Result<std::optional<ObjectInfo>> head(std::string_view key) override { return store_.head(key); }
  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override;
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override;
  Result<void> remove(std::string_view key) override { return store_.remove(key); }
  Result<bool> remove_if(std::string_view key, std::string_view etag) override { return store_.remove_if(key, etag); }
  bool is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) override {
    return store_.is_known_to_hold(listed, bytes);
  }
  Result<void> try_abort(std::string_view key) override { return store_.try_abort(key); }
  Result<void> remove_leftovers(WallTime begun_before,
                                const std::function<bool(std::string_view key)>& is_own) override {
    return store_.remove_leftovers(begun_before, is_own);
  }
  std::uint64_t leftovers_removed() const override { return store_.leftovers_removed(); }
  Result<bool> ends_leftovers() override { return store_.ends_leftovers(); }

 private:
  ObjectStore& store_;
  Counter& read_;
  Counter& written_;
};

inline constexpr int text_source_count = static_cast<int>(TextSource::mixed) + 1;

/// Counts pages by source and by error: docmill_pages_total, docmill_page_errors_total.
class MeasuredExtractor final : public Extractor {
 public:
  /// Both outlive it. `on_page`: told of every page; brief, from any thread.
  MeasuredExtractor(Extractor& extractor, Metrics& metrics, std::function<void()> on_page);

  Result<void> extract(const ExtractRequest& request, PageReceiver& receiver) override;
  std::string_view sandbox_tier() const override { return extractor_.sandbox_tier(); }

 private:
  class CountingReceiver;

  Extractor& extractor_;
  std::function<void()> on_page_;
  std::array<Counter*, text_source_count> by_source_{};
  std::array<Counter*, error_kind_count> by_error_{};
};

}  // namespace docmill
