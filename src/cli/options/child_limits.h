// Time and memory for those who read a document: they decide whether a page is read, never what it holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "cli/option.h"
#include "document/limits.h"

namespace docmill {

struct ChildLimitOptions {
  std::chrono::milliseconds page_timeout = Limits{}.page_timeout;
  std::chrono::milliseconds document_timeout_base = Limits{}.document_timeout_base;
  std::chrono::milliseconds document_timeout_per_page = Limits{}.document_timeout_per_page;
  std::chrono::milliseconds document_timeout_per_ocr_page = Limits{}.document_timeout_per_ocr_page;
  std::chrono::milliseconds document_timeout_max = Limits{}.document_timeout_max;
  std::uint64_t child_memory_bytes_max = Limits{}.child_memory_bytes_max;

  static std::vector<Option> options();
};

}  // namespace docmill
