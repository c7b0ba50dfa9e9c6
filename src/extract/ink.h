// A cheap look at a drawn page: does something on it stand in rows, as letters do? It costs a hundredth of OCR, and
// decides whether OCR is worth its price. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "extract/image/pixel_image.h"

namespace docmill::ink {

/// The resolution to draw a page at for the look: letters of 6 points are still 4 pixels high.
inline constexpr double look_dpi = 100;

/// In pixels; right and bottom lie outside.
struct Box {
  std::int32_t left = 0, top = 0, right = 0, bottom = 0;

  std::int32_t width() const { return right - left; }
  std::int32_t height() const { return bottom - top; }
};

enum class Tone : std::uint8_t { dark, light };

/// Connected pixels that are darker (or lighter) than what surrounds them, of the size that letters have at look_dpi.
/// What surrounds them is measured locally and against the image's own noise, so paper may be shaded or coloured.
std::vector<Box> find_marks(const GrayImage& image, Tone tone);

/// Marks that stand beside each other in a line.
struct Row {
  Box box;
  std::uint32_t marks = 0;
};

struct Rows {
  std::uint32_t marks = 0;          // that the look was about
  std::uint32_t marks_in_rows = 0;  // in a row of row_marks_min or more
  std::uint32_t longest = 0;        // marks of the longest row
};

inline constexpr std::uint32_t row_marks_min = 4;
/// Dirt and foliage make a short row here and there; a line of words is longer than chance makes one.
inline constexpr std::uint32_t line_marks_min = 8;

/// Rows of row_marks_min or more that run from left to right: neighbours of like height, no farther apart than words
/// are, on one line.
std::vector<Row> rows_of(std::vector<Box> marks);
Rows find_rows(std::vector<Box> marks);

/// Where to look, and what is known there already.
struct Places {
  std::vector<Box> wanted;        // all of the image where there is none
  std::vector<Box> known;         // text that was extracted: marks in it count for nothing
  std::vector<Box> ignored = {};  // what is no part of the question: marks in it are none
};

/// Text-like ink in numbers: marks in lines of line_marks_min or more.
struct TextInk {
  std::uint32_t all = 0;
  std::vector<Row> unknown;  // lines of the marks that are not known

  std::uint32_t unknown_marks() const;
};

/// Text-like ink of the wanted places and how much of it is not known: of the tone and the direction with most of it.
TextInk measure_text(const GrayImage& image, const Places& places);

/// Whether there is text-like ink at the wanted places, dark or light, upright or on its side. Errs on the side of
/// yes: a needless OCR costs a second, a missed one the text.
bool looks_like_text(const GrayImage& image, const Places& places);

}  // namespace docmill::ink
