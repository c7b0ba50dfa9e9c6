// Everything that a person or a deployment writes: values, env files, configuration files.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/config_file.h"
#include "cli/env_file.h"
#include "cli/values.h"
#include "store/place.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)docmill::parse_integer(text, {.min = 1, .max = 1'000'000});
  (void)docmill::parse_size(text, {.min = 1, .max = UINT64_MAX});
  (void)docmill::parse_duration(text, {.min = std::chrono::milliseconds(1), .max = std::chrono::hours(24)});
  (void)docmill::parse_boolean(text);
  (void)docmill::parse_languages(text);
  (void)docmill::parse_path(text);
  (void)docmill::parse_place(text);
  (void)docmill::parse_pages(text);
  (void)docmill::parse_env_file(text);
  (void)docmill::parse_config(text);
  return 0;
}
