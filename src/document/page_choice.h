// Which pages of a document a recipe's outputs are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "document/recipe.h"

namespace docmill {

/// A page as recipes name it: from 1, or from the end (-1 is the last). Nothing where the document has no such page.
std::optional<std::uint32_t> page_index_of(std::int32_t page, std::uint32_t page_count);

/// Whether text, words and links are made of the page, where they are asked for.
bool has_text_of(const Recipe& recipe, std::uint32_t page_index, std::uint32_t page_count);

/// Indexes into Crops::regions of those on the page; none where crops are not asked for.
std::vector<std::uint32_t> regions_on(const Recipe& recipe, std::uint32_t page_index, std::uint32_t page_count);

/// Whether some output is made of every page.
bool needs_all_pages(const Recipe& recipe);
/// The pages that some output is made of, ascending: all, or those that `text_pages`, the regions, and outputs of the
/// whole document name. Limits are not looked at.
std::vector<std::uint32_t> pages_needed(const Recipe& recipe, std::uint32_t page_count);
/// Their number, and that of those below limits.pages_max.
std::uint32_t count_pages_needed(const Recipe& recipe, std::uint32_t page_count);
std::uint32_t count_pages_due(const Recipe& recipe, std::uint32_t page_count);

/// Where not all pages are needed: how many a first look at a document of unknown length takes, so that the pages
/// counted from its beginning are among them. At least 1.
std::uint32_t pages_of_first_look(const Recipe& recipe);

}  // namespace docmill
