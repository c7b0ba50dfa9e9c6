#include "sandbox/task.h"

#include <utility>

namespace docmill {

std::optional<ExtractedPage> Task::take_due() {
  auto taken = ready.extract(due[next_due++]);
  if (taken.empty()) return std::nullopt;
  ready_bytes -= taken.mapped().size_bytes;
  return std::move(taken.mapped().page);
}

ExtractedPage lost_page(std::uint32_t page_index, const Error& error) {
  PageRow row;
  row.page_index = page_index;
  row.error_kind = error.kind;
  row.error_message = error.message;
  return {
      .page_index = page_index, .row = to_record_batch(row), .text_source = row.text_source, .error_kind = error.kind};
}

}  // namespace docmill
