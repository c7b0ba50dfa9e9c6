// Bytes of a key as they stand in an address that people read.
#pragma once

#include <string>
#include <string_view>

namespace docmill {

/// Printable UTF-8 stays as it is; '%', control characters and what is no UTF-8 become "%XX". One-to-one.
std::string percent_encoded(std::string_view bytes);

}  // namespace docmill
