// How the parent has a document extracted: the interface between the mill and the sandbox.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/blob.h"
#include "base/error.h"
#include "document/page.h"
#include "document/recipe.h"

namespace docmill {

struct ExtractRequest {
  const Blob& document;  // must stay until extract() returns
  std::string name;      // for messages
  const Recipe& recipe;
  const std::vector<std::string>& passwords;
  std::vector<std::uint32_t> pages;  // 0-based, ascending; empty for all
  /// Native text only, one page a child; pages that would be recognised are `crashed`.
  bool safe_profile = false;
};

/// One page, validated: a one-row batch of page_content_schema().
struct ExtractedPage {
  std::uint32_t page_index = 0;
  std::shared_ptr<arrow::RecordBatch> row;
  TextSource text_source = TextSource::none;
  std::optional<ErrorKind> error_kind;
};

/// Receives a document's pages in page order, on the thread that called extract(). An error ends the extraction.
class PageReceiver {
 public:
  virtual ~PageReceiver() = default;
  /// Once, before the first page: pages of the document, and how many of them will come (cut by limits.pages_max).
  virtual Result<void> opened(std::uint32_t page_count) = 0;
  virtual Result<void> page(ExtractedPage page) = 0;
};

/// Any thread may call extract(), many at once.
class Extractor {
 public:
  virtual ~Extractor() = default;

  /// Extract a document. Every page arrives at `receiver`, one that could not be read as a row with its error_kind.
  ///
  /// Errors (of the document as a whole; nothing, or not everything, arrived): unsupported, empty, encrypted, corrupt,
  /// limit_pixels; the class `perhaps` when the document killed its child again and again before its first page;
  /// unavailable (the run was told to stop, or no child can be had); what `receiver` answered.
  virtual Result<void> extract(const ExtractRequest& request, PageReceiver& receiver) = 0;

  /// "A", "B" or "off", as recorded in manifests.
  virtual std::string_view sandbox_tier() const = 0;
};

}  // namespace docmill
