// What people name to be read: a folder or prefix of documents, or one document.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "store/open_store.h"

namespace docmill {

/// Whether --in names one document: a file is one, and an object of a bucket may be where its name ends as a document's
/// does.
bool may_be_document(const Place& in);

/// Open --in for reading.
///
/// Errors: those of Stores::open_named.
Result<NamedStore> open_source(const Place& in, Stores& stores);

/// Open --in for reading where all of a folder or prefix is meant.
///
/// Errors: those of Stores::open_named, invalid_input (it is one document).
Result<std::unique_ptr<ObjectStore>> open_source_folder(const Place& in, Stores& stores);

/// Open what is named as an argument: a path, file:///PATH or s3://BUCKET/KEY. What ends in a slash is a folder.
///
/// Errors: those of Stores::open_named, invalid_input (no such address).
Result<NamedStore> open_argument(std::string_view name, Stores& stores);

}  // namespace docmill
