// A document's rows of a table as one JSON file.
#pragma once

#include <arrow/type_fwd.h>

#include <string_view>

#include "base/blob.h"
#include "base/error.h"
#include "output/document_table.h"

namespace docmill {

/// {"document_id": ..., "source_uri": ..., "source_etag": ..., "page_count": ..., "links": [{...}, ...]}: under the
/// name of the table an object a row, with the columns that the child fills. Equal rows give equal bytes. In memory is
/// a piece; the rest is in a memory file. One thread.
class TableJson {
 public:
  TableJson(std::string_view table, const DocumentColumns& document);

  /// The next rows. Errors: unavailable (no memory), also of finish().
  Result<void> add(const arrow::RecordBatch& rows);
  /// Once.
  Result<Blob> finish();

 private:
  Result<void> append(std::string_view text);

  BlobBuilder file_;
  Result<void> begun_;
  bool is_first_ = true;
};

/// A JSON object of the child, which tells nothing of where the document is, with what the parent knows before it: the
/// same four keys. Errors: unavailable (no memory).
Result<Blob> with_document(const Blob& object, const DocumentColumns& document);

}  // namespace docmill
