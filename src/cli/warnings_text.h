// What pages say of themselves, in words: text that was not read, left out or recognised in vain.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "document/page.h"
#include "document/scripts.h"

namespace docmill {

/// How many pages have each warning that is counted, in the order of warning::counted.
using PagesWarned = std::array<std::uint64_t, warning::counted.size()>;

/// Pages in a script that no OCR language has.
struct UnreadScript {
  const Script* script;  // one of `scripts`
  std::uint64_t pages;
};

std::vector<UnreadScript> unread_scripts(const PagesWarned& pages);

/// Lines for a person, each with its line feed; empty where no page says anything.
std::string warnings_text(const PagesWarned& pages);

}  // namespace docmill
