// Bytes of a key as they stand in an address that people read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docmill {

/// Printable UTF-8 stays as it is; '%', control characters and what is no UTF-8 become "%XX". One-to-one.
std::string percent_encoded(std::string_view bytes);
/// The other way round; nothing where a '%' is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace docmill
