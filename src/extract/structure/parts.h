// The parts of the structure: one key of the JSON each, in the file of its name.
#pragma once

#include "extract/structure/objects.h"
#include "extract/structure/page_list.h"

namespace docmill::extract::structure {

struct Source {
  QPDF& pdf;
  const PageList& pages;
  std::uint64_t size_bytes = 0;  // of the document
};

// document_part.cpp
Json pdf_version(QPDF& pdf);
bool is_tagged(QPDF& pdf);
Json languages(QPDF& pdf, Gaps& gaps);
Json encryption(QPDF& pdf);
Json information(QPDF& pdf, Gaps& gaps);
Json xmp(QPDF& pdf, Gaps& gaps);

// outline.cpp: in the order of its entries, each with its level
Json outline(const Source& source, Gaps& gaps);

// form.cpp
struct Form {
  Json fields = Json::array();
  Json signatures = Json::array();
};
Form form(const Source& source, Gaps& gaps);

// attachments.cpp: of the document, then those of annotations
Json attachments(const Source& source, Gaps& gaps);

// fonts.cpp: each once, in the order in which pages name them
Json fonts(const Source& source, Gaps& gaps);

// content_hash.cpp: 64 hex digits; null where it would take more than hashed_size_bytes_max
Json content_hash(const Source& source, Gaps& gaps);

}  // namespace docmill::extract::structure
