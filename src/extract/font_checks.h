// What a line of each font of a document said when it was recognised: --trust check.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "extract/pdf/pdf.h"
#include "extract/reading.h"
#include "extract/trust.h"

namespace docmill::extract {

/// A verdict must not depend on who reads the page. So pages are taken in sections of section_pages from the first page
/// on, and within a section a font is checked by a line of the first page that has one long enough. Whoever reads a
/// page reads those before it in its section as well, once.
inline constexpr std::uint32_t section_pages = 64;

class FontChecks {
 public:
  explicit FontChecks(pdf::Document& document) : document_(document) {}

  /// By PageText::fonts of the page; `unchecked` where no page so far has a line that is long enough. Needs a
  /// recogniser. One line costs some 50 to 100 ms.
  std::vector<Verdict> verdicts(const Reading& reading, pdf::Page& page, std::uint32_t page_index);

 private:
  void look_at(const Reading& reading, pdf::Page& page);

  pdf::Document& document_;
  std::uint32_t section_ = 0;    // its first page
  std::uint32_t next_page_ = 0;  // the first of the section that was not looked at
  std::map<std::string, Verdict> verdicts_;
};

}  // namespace docmill::extract
