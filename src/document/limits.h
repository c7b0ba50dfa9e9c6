// Every limit on foreign input, with its unit and default.
#pragma once

#include <chrono>
#include <cstdint>

namespace docmill {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;

/// Limits on one document. Those that can change output bytes are part of the recipe hash (recipe.h).
struct Limits {
  std::uint64_t document_size_bytes_max = 512 * MiB;
  std::uint32_t pages_max = 50'000;            // more: `partial`, limit_pages
  std::uint64_t page_pixels_max = 50'000'000;  // a rendering or a decoded image; the dpi drops to fit
  std::uint64_t page_output_size_bytes_max = 16 * MiB;
  std::uint32_t bad_pages_max = 20;  // after so many the rest of the document is given up

  // Not part of the recipe hash: they decide whether a page is read, never what it holds.
  std::chrono::milliseconds page_timeout{60'000};
  std::chrono::milliseconds document_timeout_base{60'000};
  std::chrono::milliseconds document_timeout_per_page{2'000};
  std::chrono::milliseconds document_timeout_per_ocr_page{10'000};
  std::chrono::milliseconds document_timeout_max{std::chrono::hours(6)};
  std::uint64_t child_memory_bytes_max = 1 * GiB;
};

/// Lower dpi than this is not worth recognising: the page gets `limit_pixels` instead. The largest page that Acrobat
/// makes, 200 inches square, has 35 under the default limit.
inline constexpr double dpi_min_for_pixel_limit = 18;

}  // namespace docmill
