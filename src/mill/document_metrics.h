// Metrics of documents, the same for every trigger.
#pragma once

#include <array>

#include "mill/document_observer.h"
#include "telemetry/metrics.h"

namespace docmill {

inline constexpr int document_status_count = static_cast<int>(DocumentStatus::skipped) + 1;

/// Counts documents by status and error kind, and times them; docs/operations.md has every metric.
class DocumentMetrics final : public DocumentObserver {
 public:
  /// `metrics` outlives it.
  explicit DocumentMetrics(Metrics& metrics);

  void on_document(const Job& job, const DocumentRecord& record) override;

 private:
  std::array<Counter*, document_status_count> documents_{};
  std::array<Counter*, error_kind_count> errors_{};
  Histogram& duration_;
};

}  // namespace docmill
