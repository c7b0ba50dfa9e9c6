// Small texts of the user's own from where they lie: a file, or an object of a bucket.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "cli/group_values.h"
#include "cli/layers.h"

namespace docmill {

/// `where` is as parse_path_or_object() gives it, a path absolute. An object is read as documents are: with the region,
/// the owner of buckets and who pays that `values` and the variables of `layers` say.
///
/// Errors: those of read_small_file(); of an object invalid_input (there is none, or it is larger than
/// small_file_size_bytes_max), and those of ObjectStore::get(). The subject is the path or the URI.
Result<std::string> read_small_text(const std::filesystem::path& where, const GroupValues& values,
                                    const Layers& layers);

}  // namespace docmill
