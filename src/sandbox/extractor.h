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
#include "document/recipe_in_force.h"

namespace docmill {

struct ExtractRequest {
  const Blob& document;  // must stay until extract() returns
  std::string name;      // for messages
  const RecipeInForce& recipe;
  const std::vector<std::string>& passwords;
  std::vector<std::uint32_t> pages;  // 0-based, ascending; empty for all
  /// Native text only, one page a child; pages that would be recognised are `crashed`.
  bool safe_profile = false;
  /// Page images are PNG, and show the boxes of what was found.
  bool draw_boxes = false;
};

/// Receives what comes of a document on the thread that called extract(): pages in page order, files of pages as soon
/// as their page has ended, in any order. An error ends the extraction.
class PageReceiver {
 public:
  virtual ~PageReceiver() = default;
  /// Once, before the first page: pages of the document, and how many of them will come (cut by limits.pages_max).
  virtual Result<void> opened(std::uint32_t page_count) = 0;
  virtual Result<void> page(ExtractedPage page) = 0;
  /// Before the row of its page. Checked for its size, its kind and its first bytes alone.
  virtual Result<void> file(PageFile file) = 0;
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
