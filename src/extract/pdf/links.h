// The links of a page, as its annotations have them.
#pragma once

#include <cstddef>
#include <vector>

#include "document/page.h"
#include "extract/pdf/page_map.h"
#include "extract/pdf/pdfium_api.h"

namespace docmill::pdf {

struct PageLinks {
  std::vector<PageLink> links;  // in the order of the annotations, without the text under them
  bool cut = false;             // there are more than `count_max`
};

/// Where they lead is told, and nothing is followed. Bytes of a target that are no UTF-8 count as Latin-1.
PageLinks read_links(FPDF_DOCUMENT document, FPDF_PAGE page, const PageMap& map, std::size_t count_max);

}  // namespace docmill::pdf
