// Which objects of a place are documents.
#pragma once

#include <string_view>

#include "store/object_store.h"

namespace docmill {

/// A name that ends in ".pdf" (any case) is a promise.
bool has_pdf_name(std::string_view key);

/// By its name, else by its first bytes (one read_range). An object that cannot be read is a document, whose record
/// will say so; one that is gone is none.
bool is_document(ObjectStore& store, std::string_view key);

}  // namespace docmill
