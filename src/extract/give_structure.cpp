#include "extract/give_structure.h"

namespace docmill::extract {

void give_structure(const Reading& reading, PageRow& row, const std::function<Result<structure::Structure>()>& read) {
  if (row.page_index != 0 || !wants(reading, OutputId::structure)) return;
  if (reading.options.without_structure) return warn(row, warning::structure_missing);
  reading.sink.stage(row.page_index, "structure");
  const Result<structure::Structure> found = read();
  if (!found) return warn(row, warning::structure_missing);
  if (found->is_cut) warn(row, warning::structure_cut);
  if (found->is_partial) warn(row, warning::structure_missing);
  reading.sink.file(row.page_index, {.output = OutputId::structure, .kind = FileKind::json},
                    std::as_bytes(std::span(found->json)));
}

}  // namespace docmill::extract
