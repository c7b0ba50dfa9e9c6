// The work of one extraction child, as the parent hands it over in a sealed memory file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/error.h"
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
  std::optional<Error> charged;  // safe profile: what the page is charged with; its row carries it
};

struct WorkList {
  Recipe recipe;
  std::vector<std::string> passwords;
  std::vector<WorkEntry> entries;
};

/// A fork, with the pages of memory that it copies, costs a child as much as six documents of one page; with so many
/// in a list it is a twentieth of their cost. What a document leaks lives as long as the list.
inline constexpr std::size_t work_list_entries_max = 128;

std::string encode(const WorkList& list);
/// Errors: invalid_input (not what encode() writes).
Result<WorkList> decode_work_list(std::string_view text);

}  // namespace docmill::wire
