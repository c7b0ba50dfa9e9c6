// Counts what came of documents, for displays and closing words.
#pragma once

#include "mill/document_observer.h"
#include "telemetry/progress.h"

namespace docmill {

class DocumentTally final : public DocumentObserver {
 public:
  /// `progress` outlives it.
  explicit DocumentTally(RunProgress& progress) : progress_(progress) {}

  void on_document(const Job& /*job*/, const DocumentRecord& record) override {
    ++progress_.documents_done;
    if (record.output_state == OutputState::stale) ++progress_.outputs_stale;
    switch (record.status) {
      case DocumentStatus::ok:
        break;
      case DocumentStatus::partial:
        ++progress_.documents_partial;
        break;
      case DocumentStatus::failed:
        ++progress_.documents_failed;
        break;
      case DocumentStatus::skipped:
        ++progress_.documents_skipped;
        break;
    }
  }

 private:
  RunProgress& progress_;
};

}  // namespace docmill
