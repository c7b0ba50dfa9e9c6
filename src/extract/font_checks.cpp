#include "extract/font_checks.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "extract/text_check.h"

namespace docmill::extract {

std::vector<Verdict> FontChecks::verdicts(const Reading& reading, pdf::Page& page, std::uint32_t page_index) {
  const std::uint32_t section = page_index - (page_index % section_pages);
  if (section != section_ || next_page_ > page_index + 1) {
    section_ = next_page_ = section;
    verdicts_.clear();
  }
  for (; next_page_ < page_index; ++next_page_)
    if (Result<pdf::Page> before = document_.load_page({next_page_}); before && before->text())
      look_at(reading, *before);
  if (next_page_ == page_index) {
    look_at(reading, page);
    ++next_page_;
  }
  std::vector<Verdict> result;
  for (const std::string& font : page.font_identities()) {
    const auto known = verdicts_.find(font);
    result.push_back(known == verdicts_.end() ? Verdict::unchecked : known->second);
  }
  return result;
}

void FontChecks::look_at(const Reading& reading, pdf::Page& page) {
  const std::vector<std::string> fonts = page.font_identities();
  const auto is_new = [&](const std::string& font) { return !verdicts_.contains(font); };
  if (std::ranges::none_of(fonts, is_new)) return;
  const std::vector<pdf::TextLine> lines = page.pieces();
  for (std::size_t i = 0; i < fonts.size(); ++i) {
    if (!is_new(fonts[i])) continue;
    const std::array number{static_cast<std::uint16_t>(i)};
    const std::vector<pdf::TextLine> line = telling_lines(lines, number, 1);
    if (!line.empty()) verdicts_.emplace(fonts[i], check_lines(reading, page, line));
  }
}

}  // namespace docmill::extract
