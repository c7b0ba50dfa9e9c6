#include "cli/warnings_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace docmill {
namespace {

struct CountedWarning {
  std::string_view code;
  std::string_view meaning;
};

constexpr CountedWarning counted_warnings[] = {
    {.code = warning::ocr_in_vain, .meaning = "recognised in vain"},
    {.code = warning::unread_text, .meaning = "with text in pictures that could not be read"},
    {.code = warning::hidden_text, .meaning = "with text that nobody sees, which was left out"},
    {.code = warning::partly_decoded, .meaning = "damaged, of which the rest was read"},
    {.code = warning::unread_frames, .meaning = "of an animation, of which the first frame was read"},
    {.code = warning::words_missing, .meaning = "without words, which were too many"},
    {.code = warning::page_image_missing, .meaning = "without an image, which could not be made"},
    {.code = warning::links_missing, .meaning = "without links, or some of them, which were too many"},
    {.code = warning::codes_missing, .meaning = "not all of which was looked at for barcodes"},
    {.code = warning::images_missing, .meaning = "without some of their images"},
    {.code = warning::crops_missing, .meaning = "without some of the regions that were asked for"},
    {.code = warning::structure_missing, .meaning = "of documents whose structure could not be read"},
    {.code = warning::structure_cut, .meaning = "of documents with more structure than the limits allow"},
};
static_assert(std::ranges::equal(counted_warnings, warning::counted_first, {}, &CountedWarning::code));

std::string pages_text(std::uint64_t count) { return fmt::format("{} page{}", count, count == 1 ? "" : "s"); }

}  // namespace

std::vector<UnreadScript> unread_scripts(const PagesWarned& pages) {
  std::vector<UnreadScript> unread;
  for (std::size_t i = 0; i < scripts.size(); ++i)
    if (const std::uint64_t count = pages[warning::counted_first.size() + i]; count > 0)
      unread.push_back({.script = &scripts[i], .pages = count});
  return unread;
}

std::string warnings_text(const PagesWarned& pages) {
  std::string text;
  for (std::size_t i = 0; i < warning::counted_first.size(); ++i)
    if (pages[i] > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", pages_text(pages[i]), counted_warnings[i].meaning);
  if (!text.empty()) text += '\n';
  for (const auto& [script, count] : unread_scripts(pages))
    text += fmt::format("{} with letters of a script that no OCR language has, {} by its looks: install Debian's {}\n",
                        pages_text(count), script->name, package_for(*script));
  return text;
}

}  // namespace docmill
