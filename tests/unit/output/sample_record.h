// Records for tests: one with every field, one with as few as there can be.
#pragma once

#include "document/job.h"

namespace docmill {

inline DocumentRecord full_record() {
  using namespace std::chrono_literals;
  return {.document_id = "id",
          .source_uri = "file:///in/\u00fc.pdf",
          .source_etag = "7-42",
          .source_size_bytes = 18'446'744'073'709'551'615ULL,
          .source_modified_at = WallTime(std::chrono::microseconds(1'700'000'000'123'456)),
          .status = DocumentStatus::partial,
          .error_kind = ErrorKind::limit_pages,
          .error_message = "a \"quoted\"\nmessage",
          .page_count = 50'001,
          .pages_ocr = 3,
          .pages_failed = 2,
          .output_uri = "file:///out/\u00fc_raw_text.parquet",
          .output_etag = "9-43",
          .output_state = OutputState::current,
          .sandbox_tier = "A",
          .duration_ms = 1234,
          .attempt = 2,
          .recipe_hash = "0123456789abcdef",
          .finished_at = WallTime(std::chrono::microseconds(1'800'000'000'000'001))};
}

inline DocumentRecord bare_record(std::string source_uri) {
  DocumentRecord record;
  record.source_uri = std::move(source_uri);
  return record;
}

}  // namespace docmill
