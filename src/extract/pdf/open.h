// How a document is opened, and what of it is mended for PDFium.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "extract/pdf/handles.h"
#include "extract/pdf/readable.h"

namespace docmill::pdf {

/// A larger document whose page tree cannot be read as it stands keeps the number of pages that it claims.
inline constexpr std::size_t rewritten_size_bytes_max = std::size_t{256} << 20;

struct Opened {
  Readable bytes;            // what `document` reads; outlives it
  std::string password;      // empty where none was needed
  bool has_layers = true;    // optional content; true where nobody can tell
  bool lacks_pages = false;  // its page tree names some that are not there
  OwnedDocument document;    // null where it does not open
};

OwnedDocument load_document(std::span<const std::byte> bytes, const std::string& password);

/// Passwords are tried in order after the empty one.
Opened load_with(Readable bytes, std::span<const std::string> passwords);

/// PDFium believes what a page tree says of its number of pages, so pages would be lost, or be made up. Where it does
/// not add up, the document is opened again as a copy that does not say it. Of an ordinary document a few objects are
/// looked at. One of which that look makes nothing (its tables are damaged, or encryption hides its objects) is written
/// anew by PDFium to be looked at.
Opened with_all_pages(Opened opened);

}  // namespace docmill::pdf
