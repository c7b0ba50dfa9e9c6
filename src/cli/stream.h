// Documents that come through a pipe.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/blob.h"
#include "base/error.h"

namespace docmill {

/// Whether what a person names can only be read from its beginning to its end: "-" (stdin), "/dev/stdin" behind a pipe,
/// "<(command)", a named pipe, a file that has lost its name.
bool is_stream(std::string_view name);

/// All of it. Waits for its end, or for `stop`.
///
/// Errors: limit_bytes (more than `size_bytes_max`; so many bytes are held at most), unavailable (it cannot be read, or
/// `stop` came first).
Result<Blob> read_stream(const std::string& name, std::uint64_t size_bytes_max, const std::stop_token& stop);

}  // namespace docmill
