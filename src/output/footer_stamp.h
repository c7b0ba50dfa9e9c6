// The stamp in the footer of a Parquet file that is being read anyway.
#pragma once

#include <arrow/type_fwd.h>

#include <optional>

#include "output/stamp.h"

namespace docmill {

/// Nothing where there is none of docmill's.
std::optional<OutputStamp> stamp_in(const arrow::KeyValueMetadata& footer);

}  // namespace docmill
