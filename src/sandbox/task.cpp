#include "sandbox/task.h"

#include <utility>

namespace docmill {

std::optional<ExtractedPage> Task::take_due() {
  auto taken = ready.extract(due[next_due++]);
  if (taken.empty()) return std::nullopt;
  ready_bytes -= taken.mapped().size_bytes;
  return std::move(taken.mapped().page);
}

std::optional<PageFile> Task::take_file() {
  if (files.empty()) return std::nullopt;
  PageFile file = std::move(files.front());
  files.pop_front();
  files_bytes -= file.bytes.size_bytes();
  return file;
}

ExtractedPage lost_page(std::uint32_t page_index, const Error& error, Outputs outputs) {
  PageRow row;
  row.page_index = page_index;
  row.error_kind = error.kind;
  row.error_message = error.message;
  if (page_index == 0 && outputs.has(OutputId::structure)) row.warnings.emplace_back(warning::structure_missing);
  return extracted(row, outputs);
}

}  // namespace docmill
