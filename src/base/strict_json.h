// JSON of strangers, read strictly: bounded, and with one meaning.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"

namespace docmill {

struct JsonLimits {
  std::size_t size_bytes_max;
  std::size_t depth_max = 64;  // of arrays and objects in each other
};

/// Errors: invalid_input (larger or deeper than the limits; no JSON: also NaN, numbers too large for a double, strings
/// that are no UTF-8; a key that stands twice in an object, for readers differ in which one counts). The subject is
/// empty, the message says what was found.
Result<nlohmann::json> parse_strict_json(std::string_view text, const JsonLimits& limits);

}  // namespace docmill
