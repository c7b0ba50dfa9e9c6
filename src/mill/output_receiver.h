// Takes in what comes of a document: pages and files go into its outputs, and are counted for its record.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "document/job.h"
#include "output/output_set.h"
#include "sandbox/extractor.h"
#include "store/object_store.h"
#include "telemetry/progress.h"

namespace docmill {

/// One thread. Everything outlives it.
class OutputReceiver final : public PageReceiver {
 public:
  /// `plan` lacks the page count, which the document tells.
  OutputReceiver(ObjectStore& store, RunProgress& progress, OutputSetPlan plan)
      : store_(store), progress_(progress), plan_(std::move(plan)) {}

  Result<void> opened(std::uint32_t page_count) override;
  Result<void> page(ExtractedPage page) override;
  Result<void> file(PageFile file) override;

  /// Page counts, and the status that follows from them.
  void fill(DocumentRecord& record) const;
  /// What was shown as progress is done again.
  void take_back();

  std::string_view stamp_status(DocumentStatus status) const { return retry_ ? "retry" : name_of(status); }
  /// REQUIRES: opened() was called.
  OutputSet& outputs() { return *outputs_; }
  bool is_open() const { return outputs_ != nullptr; }

 private:
  /// Of the first page in a script that no language has; the summary has the count of all.
  void tell_script(std::string_view code, std::uint32_t page_index) const;
  void note_error(const ExtractedPage& page);

  ObjectStore& store_;
  RunProgress& progress_;
  OutputSetPlan plan_;
  std::unique_ptr<OutputSet> outputs_;
  std::uint32_t page_count_ = 0;
  std::uint32_t pages_needed_ = 0, pages_due_ = 0;  // of them, those that limits.pages_max lets come
  std::uint32_t pages_ = 0, pages_ocr_ = 0, pages_failed_ = 0;
  std::array<std::uint32_t, warning::counted.size()> pages_warned_ = {};
  std::optional<Error> first_error_;
  bool retry_ = false;
};

}  // namespace docmill
