// The configuration file: a JSON object of option values.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace docmill {

/// Read a JSON object whose values are strings, whole numbers and booleans into texts, as they would be written behind
/// a flag: {"ocr_dpi": 300, "force": true} gives ocr_dpi -> "300", force -> "true".
///
/// Errors: invalid_input (no such JSON; says where or which key).
Result<std::map<std::string, std::string, std::less<>>> parse_config(std::string_view json);

}  // namespace docmill
