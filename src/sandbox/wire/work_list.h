// The work of one extraction child, as the parent hands it over in a sealed memory file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "document/recipe.h"

namespace docmill::wire {

/// Where a document's bytes are among the memory files that come beside the list.
struct DocumentPlace {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
};

/// One document, or a range of its pages.
struct WorkEntry {
  DocumentPlace document;
  std::uint32_t page_first = 0;
  std::uint32_t page_count = 0;
  bool safe_profile = false;
  bool without_structure = false;
  std::optional<Error> charged;  // safe profile: what the page is charged with; its row carries it
};

struct WorkList {
  Recipe recipe;
  std::vector<std::string> passwords;
  std::vector<WorkEntry> entries;
  bool draw_boxes = false;  // as in ExtractRequest
};

/// What fits into a message to the zygote. How many there are is a setting (SandboxSettings::documents_per_child_max).
inline constexpr std::size_t work_list_entries_max = 128;

std::string encode(const WorkList& list);
/// Errors: invalid_input (not what encode() writes).
Result<WorkList> decode_work_list(std::string_view text);

}  // namespace docmill::wire
