// What is extract's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/option.h"

namespace docmill {

enum class ExtractFormat : std::uint8_t { text, json, ndjson };

struct ExtractOptions {
  std::vector<std::string> files;  // as given: names for people, and paths or URIs
  ExtractFormat format = ExtractFormat::text;
  std::vector<std::uint32_t> pages;  // indexes from 0, ascending; empty for all
  std::filesystem::path drawing;     // the file for the picture of a page; empty for none

  static std::vector<Option> options();
};

}  // namespace docmill
