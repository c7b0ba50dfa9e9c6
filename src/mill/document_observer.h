// Who watches documents come to their end, whatever trigger asked for them.
#pragma once

#include <vector>

#include "document/job.h"

namespace docmill {

/// Is told what happens; for metrics, health and people. Any thread calls any member, which must be brief.
class DocumentObserver {
 public:
  virtual ~DocumentObserver() = default;
  /// A listing went on by one entry, document or not.
  virtual void on_listed() {}
  /// What came of a document, once that is kept for good.
  virtual void on_document(const Job& /*job*/, const DocumentRecord& /*record*/) {}
};

/// Tells each.
class DocumentObservers final : public DocumentObserver {
 public:
  /// Before the run begins; `observer` outlives it.
  void add(DocumentObserver& observer) { all_.push_back(&observer); }

  void on_listed() override {
    for (DocumentObserver* const one : all_) one->on_listed();
  }
  void on_document(const Job& job, const DocumentRecord& record) override {
    for (DocumentObserver* const one : all_) one->on_document(job, record);
  }

 private:
  std::vector<DocumentObserver*> all_;
};

}  // namespace docmill
