// What `docmill extract` prints of documents and their pages.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/options/extract.h"
#include "document/page.h"

namespace docmill {

/// Turns the pages of documents, one after the other, into the text to print: every member gives the next piece of it.
/// Each document is begun and ended, and finish() comes last.
///
///   text    The pages' text where that is asked for, and the other tables that are, each with its name above it. Into
///   a
///           pipe every page ends with a form feed, as pdftotext does it; on a terminal a line names each page instead,
///           and control characters are escaped. Errors are not part of it.
///   json    One array of {"source", "page_count", "error_kind", "error_message", "pages": [...]}, a page with the
///           of the table `pages` that a child fills, and "words" where they are asked for: an array of their columns.
///   ndjson  One object a page: "source", "page_count", then the page's columns. A document of which nothing could be
///           read is one object with `page_number` null and its error.
class PagePrinter {
 public:
  /// Tables of other outputs than these are passed over.
  PagePrinter(ExtractFormat format, bool for_terminal, Outputs outputs = {OutputId::text})
      : format_(format), for_terminal_(for_terminal), outputs_(outputs) {}

  std::string begin_document(std::string_view name);
  void opened(std::uint32_t page_count) { page_count_ = page_count; }
  std::string page(const ExtractedPage& page);
  std::string end_document(const std::optional<Error>& error);
  std::string finish();

 private:
  std::string text_of(const ExtractedPage& page) const;
  std::string ndjson_of(const ExtractedPage& page) const;
  std::string json_of(const ExtractedPage& page) const;

  nlohmann::ordered_json page_json(const ExtractedPage& page) const;
  std::string tables_of(const ExtractedPage& page) const;

  ExtractFormat format_;
  bool for_terminal_;
  Outputs outputs_;
  std::string name_;
  std::optional<std::uint32_t> page_count_;
  std::uint64_t documents_ = 0;
  std::uint64_t pages_ = 0;  // of this document
};

}  // namespace docmill
