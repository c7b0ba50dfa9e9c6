// Settings as JSON: of a configuration file, a recipe, or a message.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace docmill {

inline constexpr std::size_t config_size_bytes_max = std::size_t{1} << 20U;

/// Values by the keys of options, as texts that would be written behind a flag:
///
///   {"ocr_dpi": 300, "outputs": ["text", "words"], "page_images": {"dpi": 150}}
///
/// gives ocr_dpi -> "300", outputs -> "text,words", page_images_dpi -> "150". A list of objects stays JSON.
using ConfigValues = std::map<std::string, std::string, std::less<>>;

/// Only the object under `key` is read, where there is one: the rest of the file is somebody else's.
///
/// Errors: invalid_input (no such JSON, more than config_size_bytes_max, no object under `key`; says where or which
/// key).
Result<ConfigValues> parse_config(std::string_view json, std::string_view key = {});

}  // namespace docmill
