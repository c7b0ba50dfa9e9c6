// What a page's content says about whether it needs OCR, before anything is drawn. Pure.
#pragma once

#include <span>
#include <vector>

#include "document/page.h"
#include "extract/ink.h"
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

/// From so many characters on a page has text of its own, and pictures beside it are illustrations.
inline constexpr std::uint32_t good_text_length_min = 100;
/// The share of the page that images cover, from which on they are the page, and their ink counts as its.
inline constexpr double cover_share_min = 0.5;
/// The share of the page that all images cover.
double cover_share(std::span<const Rect> images, const PageSize& page);

/// Letters of a short line, at ink::look_dpi, where some touch.
inline constexpr std::uint32_t line_letters = 20;

/// Whether so much text-like ink lies outside of the text that is known, that a person would miss it: three lines'
/// worth, or a fifth of all such ink of the page and a line at least.
bool misses_text(const ink::TextInk& measured);

/// Whether the shapes of paths stand in rows as letters do; at least ink::line_marks_min of them.
bool may_be_outlined_text(std::span<const Rect> shapes);

/// Whether glyphs without a character are three lines' worth, or a fifth of all.
bool has_unreadable_text(std::uint32_t readable, std::uint32_t unreadable);

/// Regions of the page around lines that are close to each other; the page where it is most of its text.
std::vector<Rect> regions_of(std::span<const Rect> lines, const PageSize& page);

/// Whether most of the text is there to be found and not to be seen, over an image: an earlier OCR left it.
bool has_ocr_layer(const pdf::Content& content);

/// The same, where text also counts that a picture of the page covers. A watermark covers a page, too, and one sees
/// through it: enough to let a new OCR replace the text, not enough to say that it is hidden.
bool may_have_ocr_layer(const pdf::Content& content);

/// The share of the page from which on an invisible text is taken for all that the picture says.
inline constexpr double layer_share_min = 0.15;

}  // namespace docmill::extract
