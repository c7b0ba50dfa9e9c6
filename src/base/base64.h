// Base64 of RFC 4648, section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docmill {

std::string base64_encoded(std::string_view bytes);

/// Nothing where `text` is not what base64_encoded() makes of some bytes.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace docmill
