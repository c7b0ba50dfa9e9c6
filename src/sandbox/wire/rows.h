// A page's rows of a table as an Arrow IPC message: written by the child, read and distrusted by the parent.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <memory>
#include <span>

#include "base/error.h"
#include "document/page.h"

namespace docmill::wire {

/// One encapsulated IPC record-batch message (arrow.apache.org/docs/format/Columnar.html).
std::shared_ptr<arrow::Buffer> encode(const arrow::RecordBatch& rows);

/// Copies `message` and checks all of it against the registry: a record batch of exactly the table's child_schema,
/// uncompressed, every buffer in bounds, text valid UTF-8, no null and no value that the table does not have, all rows
/// of the page that is due; of `pages` exactly one.
///
/// Errors: bad_child_output.
Result<std::shared_ptr<arrow::RecordBatch>> decode_rows(std::span<const std::byte> message, TableId table,
                                                        std::uint32_t page_index);

/// What a row of `pages` says of its page. REQUIRES: decode_rows() gave it.
///
/// Errors: bad_child_output (an error that no child can know of, or a message that is not for people).
Result<PageSummary> summary_of(const arrow::RecordBatch& page);

}  // namespace docmill::wire
