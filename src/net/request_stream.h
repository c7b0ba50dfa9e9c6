// A request's body as the runtime reads it: from memory or from a file range.
#pragma once

#include <aws/io/stream.h>

#include <functional>

#include "net/http.h"

namespace docmill::net {

/// A new stream, to be released. `read` copies up to so many bytes from an offset of the body to `to`; fewer than asked
/// for mean that it failed. It is called from an event-loop thread.
using ReadBody = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size_bytes)>;
aws_input_stream* make_request_stream(std::uint64_t size_bytes, ReadBody read);

/// Copies part of `body`. How many bytes it copied; fewer than asked for when the file ends early or cannot be read.
std::size_t read_body(const RequestBody& body, std::uint64_t offset, char* to, std::size_t size_bytes);

}  // namespace docmill::net
