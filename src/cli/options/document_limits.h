// Limits on a document that can change its output, and are part of the recipe.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "document/limits.h"

namespace docmill {

struct DocumentLimitOptions {
  std::uint64_t document_size_bytes_max = Limits{}.document_size_bytes_max;
  std::uint32_t pages_max = Limits{}.pages_max;
  std::uint64_t page_pixels_max = Limits{}.page_pixels_max;
  std::uint64_t page_output_size_bytes_max = Limits{}.page_output_size_bytes_max;
  std::uint32_t bad_pages_max = Limits{}.bad_pages_max;

  static std::vector<Option> options();
};

}  // namespace docmill
