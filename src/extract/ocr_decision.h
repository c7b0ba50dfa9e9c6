// What a page's content says about whether it needs OCR, before anything is drawn. Pure.
#pragma once

#include <span>
#include <vector>

#include "document/page.h"
#include "extract/pdf/pdf.h"

namespace docmill::extract {

/// The share of the page from which on an image may hold text worth reading.
inline constexpr double region_share_min = 0.03;
/// From this share on a region is the page: a scan.
inline constexpr double scan_share_min = 0.8;

struct PageSize {
  double width_pt = 0, height_pt = 0;
};

double area_share(const Rect& box, const PageSize& page);

/// The parts of the page that images cover, from region_share_min on. Images that touch make one region (scanners cut
/// pages into strips), so regions do not overlap much. From scan_share_min on a region is the whole page.
std::vector<Rect> image_regions(std::span<const Rect> images, const PageSize& page);

/// Whether the text is there to be found and not to be seen, over an image: an earlier OCR left it.
bool has_ocr_layer(const pdf::Content& content);

}  // namespace docmill::extract
