// Whether the places of a command are such as it can work with.
#pragma once

#include <string_view>

#include "base/error.h"
#include "cli/group_values.h"
#include "store/place.h"

namespace docmill {

/// --bucket with its prefixes is another spelling of --in and --out: make those of them.
///
/// Errors: invalid_input (no such bucket, a prefix without a bucket, a place that is named twice). `command` is the
/// subject of what has no place of its own, here and below: "docmill sweep".
Result<void> take_bucket(GroupValues& values, std::string_view command);

/// --in is there: a folder, a file or a place of S3.
///
/// Errors: invalid_input.
Result<void> check_source(const GroupValues& values, std::string_view command);

/// `place` is a folder that exists.
///
/// Errors: invalid_input (`flag` and the folder are the subject; `what_else_it_is` says what else it is).
Result<void> check_folder(std::string_view flag, const Place& place, std::string_view what_else_it_is);

/// --out is there and fits --in and --history; notes which folder of the source it is.
///
/// Errors: invalid_input (--out equals or contains --in, the history would be taken for a document).
Result<void> check_places(GroupValues& values, std::string_view command);

/// --queue is there, or nothing is sent.
///
/// Errors: invalid_input.
Result<void> check_queue(const GroupValues& values, std::string_view command);

}  // namespace docmill
