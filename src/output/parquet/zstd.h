// Zstandard, at the level of docmill's files.
#pragma once

#include <string>
#include <string_view>

namespace docmill::parquet_format {

/// One frame (RFC 8878). Any thread may call it. The contexts that zstd works in are kept from call to call, for making
/// one takes as long as compressing a page: a few, of some 1.5 MB at most.
std::string zstd_compressed(std::string_view bytes);

}  // namespace docmill::parquet_format
