#include "mill/attention.h"

#include <nlohmann/json.hpp>

#include "telemetry/log.h"

namespace docmill {

bool is_known_partial(const DocumentRecord& record) {
  return record.status == DocumentStatus::skipped && record.output_uri && !record.error_message.empty();
}

bool needs_attention(const DocumentRecord& record) {
  if (record.status == DocumentStatus::ok) return false;
  if (record.status != DocumentStatus::skipped) return true;
  const bool moved = record.error_kind && class_of(*record.error_kind) == ErrorClass::source_moved;
  return !moved && (record.error_kind || is_known_partial(record));
}

void log_attention(const DocumentRecord& record) {
  log::warning("document_with_errors", {{"document", record.source_uri},
                                        {"status", name_of(record.status)},
                                        {"error_kind", record.error_kind ? name_of(*record.error_kind) : ""},
                                        {"message", record.error_message}});
}

}  // namespace docmill
