#include "mill/document_metrics.h"

#include <string>

namespace docmill {
namespace {

/// A page of native text takes milliseconds, one of OCR seconds, the longest document six hours.
constexpr std::array duration_bounds{0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1'800.0, 7'200.0};

}  // namespace

DocumentMetrics::DocumentMetrics(Metrics& metrics)
    : duration_(metrics.histogram({.name = "docmill_document_duration_seconds",
                                   .help = "Time from the start of a document to its end, skipped ones left out.",
                                   .unit = MetricUnit::seconds},
                                  duration_bounds)) {
  for (std::size_t i = 0; i < documents_.size(); ++i)
    documents_[i] = &metrics.counter({.name = "docmill_documents_total", .help = "Documents by status."},
                                     {{"status", std::string(name_of(static_cast<DocumentStatus>(i)))}});
  for (std::size_t i = 0; i < errors_.size(); ++i)
    errors_[i] = &metrics.counter(
        {.name = "docmill_document_errors_total", .help = "Documents by the kind of their first error."},
        {{"error_kind", std::string(name_of(static_cast<ErrorKind>(i)))}});
}

void DocumentMetrics::on_document(const Job& /*job*/, const DocumentRecord& record) {
  documents_[static_cast<std::size_t>(record.status)]->add();
  if (record.error_kind) errors_[static_cast<std::size_t>(*record.error_kind)]->add();
  if (record.status != DocumentStatus::skipped) duration_.observe(static_cast<double>(record.duration_ms) / 1'000);
}

}  // namespace docmill
