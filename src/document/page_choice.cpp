#include "document/page_choice.h"

#include <algorithm>
#include <numeric>

namespace docmill {
namespace {

/// Pages between those that are needed are passed over in next to no time, but not any number of them.
constexpr std::uint32_t first_look_pages_max = 16;

/// Of outputs that are not made of every page: the pages that they name.
template <typename Visit>
void each_named_page(const Recipe& recipe, const Visit& visit) {
  for (const OutputId output : {OutputId::text, OutputId::words, OutputId::links})
    if (recipe.outputs.has(output)) std::ranges::for_each(recipe.text_pages, visit);
  if (recipe.outputs.has(OutputId::crops))
    for (const CropRegion& region : recipe.crops.regions) visit(region.page);
  if (recipe.outputs.has(OutputId::structure)) visit(1);
}

bool is_made_of_every_page(const Recipe& recipe, OutputId output) {
  switch (output) {
    case OutputId::text:
    case OutputId::words:
    case OutputId::links:
      return recipe.text_pages.empty();
    case OutputId::crops:
    case OutputId::structure:
      return false;
    case OutputId::page_images:
    case OutputId::codes:
    case OutputId::images:
      return true;
  }
  return true;
}

}  // namespace

std::optional<std::uint32_t> page_index_of(std::int32_t page, std::uint32_t page_count) {
  const std::int64_t index = page > 0 ? std::int64_t{page} - 1 : std::int64_t{page_count} + page;
  if (page == 0 || index < 0 || index >= std::int64_t{page_count}) return std::nullopt;
  return static_cast<std::uint32_t>(index);
}

bool has_text_of(const Recipe& recipe, std::uint32_t page_index, std::uint32_t page_count) {
  return recipe.text_pages.empty() || std::ranges::any_of(recipe.text_pages, [&](std::int32_t page) {
           return page_index_of(page, page_count) == page_index;
         });
}

std::vector<std::uint32_t> regions_on(const Recipe& recipe, std::uint32_t page_index, std::uint32_t page_count) {
  std::vector<std::uint32_t> indexes;
  if (!recipe.outputs.has(OutputId::crops)) return indexes;
  for (std::uint32_t i = 0; i < recipe.crops.regions.size(); ++i)
    if (page_index_of(recipe.crops.regions[i].page, page_count) == page_index) indexes.push_back(i);
  return indexes;
}

bool needs_all_pages(const Recipe& recipe) {
  return std::ranges::any_of(
      output_ids, [&](OutputId output) { return recipe.outputs.has(output) && is_made_of_every_page(recipe, output); });
}

std::vector<std::uint32_t> pages_needed(const Recipe& recipe, std::uint32_t page_count) {
  std::vector<std::uint32_t> pages;
  if (needs_all_pages(recipe)) {
    pages.resize(page_count);
    std::iota(pages.begin(), pages.end(), 0U);
    return pages;
  }
  each_named_page(recipe, [&](std::int32_t page) {
    if (const auto index = page_index_of(page, page_count)) pages.push_back(*index);
  });
  std::ranges::sort(pages);
  pages.erase(std::ranges::unique(pages).begin(), pages.end());
  return pages;
}

std::uint32_t count_pages_needed(const Recipe& recipe, std::uint32_t page_count) {
  if (needs_all_pages(recipe)) return page_count;
  return static_cast<std::uint32_t>(pages_needed(recipe, page_count).size());
}

std::uint32_t count_pages_due(const Recipe& recipe, std::uint32_t page_count) {
  if (needs_all_pages(recipe)) return std::min(page_count, recipe.limits.pages_max);
  return static_cast<std::uint32_t>(std::ranges::count_if(
      pages_needed(recipe, page_count), [&](std::uint32_t page) { return page < recipe.limits.pages_max; }));
}

std::uint32_t pages_of_first_look(const Recipe& recipe) {
  std::uint32_t count = 1;
  each_named_page(recipe, [&](std::int32_t page) {
    if (page > 0 && static_cast<std::uint32_t>(page) <= first_look_pages_max)
      count = std::max(count, static_cast<std::uint32_t>(page));
  });
  return count;
}

}  // namespace docmill
