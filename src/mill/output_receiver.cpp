#include "mill/output_receiver.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "document/page_choice.h"
#include "document/scripts.h"
#include "telemetry/log.h"

namespace docmill {

Result<void> OutputReceiver::opened(std::uint32_t page_count) {
  page_count_ = page_count;
  plan_.document.page_count = page_count;
  pages_needed_ = count_pages_needed(plan_.recipe->recipe, page_count);
  pages_due_ = count_pages_due(plan_.recipe->recipe, page_count);
  progress_.pages_found += pages_due_;
  auto outputs = OutputSet::create(store_, plan_);
  if (!outputs) return std::unexpected(std::move(outputs).error());
  outputs_ = *std::move(outputs);
  return {};
}

Result<void> OutputReceiver::page(ExtractedPage page) {
  ++pages_;
  ++progress_.pages_done;
  if (page.summary.is_recognised()) {
    ++pages_ocr_;
    ++progress_.pages_ocr;
  }
  for (std::size_t i = 0; i < pages_warned_.size(); ++i) {
    if (!page.summary.warned[i]) continue;
    ++pages_warned_[i];
    if (progress_.pages_warned[i]++ == 0) tell_script(warning::counted[i], page.page_index);
  }
  if (page.summary.error) note_error(page);
  return outputs_->add(page);
}

/// A file that was refused ends nothing here: what comes of it is found out when the document has come to its end.
Result<void> OutputReceiver::file(PageFile file) {
  const auto stored = outputs_->add(file);
  if (!stored) return std::unexpected(stored.error());
  return {};
}

void OutputReceiver::fill(DocumentRecord& record) const {
  record.page_count = page_count_;
  record.pages_ocr = pages_ocr_;
  record.pages_failed = pages_failed_;
  if (first_error_) {
    record.error_kind = first_error_->kind;
    record.error_message = first_error_->message;
  } else if (pages_needed_ > pages_due_) {
    record.error_kind = ErrorKind::limit_pages;
    record.error_message = fmt::format("{} pages, the limit is {}", page_count_, plan_.recipe->recipe.limits.pages_max);
  }
  const bool is_lost = pages_failed_ > 0 && pages_failed_ == pages_;
  if (record.error_kind) record.status = is_lost ? DocumentStatus::failed : DocumentStatus::partial;
}

void OutputReceiver::take_back() {
  progress_.pages_found -= pages_due_;
  progress_.pages_done -= pages_;
  progress_.pages_ocr -= pages_ocr_;
  progress_.pages_failed -= pages_failed_;
  for (std::size_t i = 0; i < pages_warned_.size(); ++i) progress_.pages_warned[i] -= pages_warned_[i];
}

void OutputReceiver::tell_script(std::string_view code, std::uint32_t page_index) const {
  const Script* script = script_of_warning(code);
  if (script == nullptr) return;
  log::warning("script_unread", {{"script", script->name},
                                 {"package", package_for(*script)},
                                 {"document", plan_.document.source_uri},
                                 {"page", page_index + 1}});
}

void OutputReceiver::note_error(const ExtractedPage& page) {
  const Error& error = *page.summary.error;
  ++pages_failed_;
  ++progress_.pages_failed;
  retry_ = retry_ || class_of(error.kind) == ErrorClass::document_perhaps;
  if (!first_error_)
    first_error_ = Error{error.kind, "", fmt::format("page {}: {}", page.page_index + 1, error.message)};
}

}  // namespace docmill
