// What a request's header must not hold, looked for before it is parsed.
#pragma once

#include <string_view>

namespace docmill {

/// What is wrong with the bytes of a header, up to and with its empty line; empty when nothing is. Whatever two readers
/// of one request could read in two ways is wrong (RFC 9112, sections 2.2, 5.2 and 11.2): a line feed without its
/// carriage return or the other way round, a continued line, a space before a colon, NUL and other control bytes.
std::string_view fault_of_header(std::string_view header);

}  // namespace docmill
