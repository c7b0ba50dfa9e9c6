// The pages of a document as its page tree has them.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "extract/structure/objects.h"

namespace docmill::extract::structure {

struct PageEntry {
  Object object;
  Object resources, media_box, crop_box, rotate;  // its own, or those of what it hangs below
};

struct PageList {
  std::vector<PageEntry> pages;
  std::map<QPDFObjGen, std::uint32_t> numbers;  // from 1
  bool is_cut = false;

  /// Of a page object, or of what stands for one: null where it is no page of the list.
  Json number_of_page(Object page) const;
};

PageList read_page_list(QPDF& pdf);

/// One object a page: its number, label, boxes and size.
Json pages_json(QPDF& pdf, const PageList& list, Gaps& gaps);

}  // namespace docmill::extract::structure
