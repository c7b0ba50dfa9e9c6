// Which objects of a place are documents: by name where that says enough, else by the first bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/object_store.h"

namespace docmill {

/// What is known of an object before its bytes are looked at.
enum class Promise : std::uint8_t { document, other, none };

/// A name that ends in ".pdf" is a promise, an object without bytes is none. Of others the content decides; where
/// `names_decide`, because a look costs a request, a known ending does (name_says.h).
Promise promise_of(const ObjectInfo& info, bool names_decide);

/// By its first bytes, one read_range. One that is gone is none. Errors: those of the read; whoever goes on takes it
/// for a document, whose record will say what is wrong.
Result<bool> has_document_content(ObjectStore& store, std::string_view key);

/// Of one that was read whole: a file that is named as a PDF may have more before its header.
bool is_of_known_format(const Blob& document, std::string_view key);

/// Why it is not of one: "HEIC, which docmill does not read".
std::string why_unsupported(const Blob& document);

/// Of one that was listed, by its name and where that is not enough by its first bytes.
Result<bool> is_document(ObjectStore& store, const ObjectInfo& info, bool names_decide);

}  // namespace docmill
