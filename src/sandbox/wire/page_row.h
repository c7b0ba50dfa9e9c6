// A page's row as an Arrow IPC message: written by the child, read and distrusted by the parent.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <memory>
#include <span>

#include "document/page.h"
#include "sandbox/extractor.h"

namespace docmill::wire {

/// One encapsulated IPC record-batch message (arrow.apache.org/docs/format/Columnar.html) of page_content_schema().
std::shared_ptr<arrow::Buffer> encode(const PageRow& row);

/// Copies `message` and checks all of it: a record batch of exactly that schema, uncompressed, one row, every buffer in
/// bounds, text valid UTF-8, values that docmill writes, and the page that is due.
///
/// Errors: bad_child_output.
Result<ExtractedPage> decode_page_row(std::span<const std::byte> message, std::uint32_t page_index);

}  // namespace docmill::wire
