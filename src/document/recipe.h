// What to produce from a document, and with which settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/file_kind.h"
#include "document/layout.h"
#include "document/limits.h"
#include "document/outputs.h"

namespace docmill {

enum class OcrMode : std::uint8_t { automatic, pictures, always, never };  // on the outside `auto`, else the same

std::string_view name_of(OcrMode mode);
std::optional<OcrMode> ocr_mode_from(std::string_view name);

/// What makes a page's own text be compared with what is drawn: a sign that something is wrong with it, or (check) also
/// nothing, a line of each font.
enum class TrustMode : std::uint8_t { signals, check };

std::string_view name_of(TrustMode mode);
std::optional<TrustMode> trust_mode_from(std::string_view name);

/// How page images are made.
struct PageImages {
  FileKind format = FileKind::webp;     // webp, png or jpeg
  std::uint32_t dpi = 150;              // lower where the image would exceed limits.page_pixels_max
  std::uint32_t longest_edge_px = 0;    // likewise; 0: any
  std::uint32_t quality = 80;           // of WebP and JPEG, [0, 100]; PNG has no loss
  std::uint32_t thumbnail_edge_px = 0;  // a second, small image of each page, the longest edge of it; 0: none
};

enum class CropUnit : std::uint8_t { points, pixels, fractions };  // pixels at Crops::dpi; fractions of the page

std::string_view name_of(CropUnit unit);
std::optional<CropUnit> crop_unit_from(std::string_view name);

/// A region of a page, as displayed: x grows to the right, y downward.
struct CropRegion {
  std::string name;       // of its file, without ending; no other region has it
  std::int32_t page = 1;  // from 1, or from the end: -1 is the last; never 0
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  CropUnit unit = CropUnit::points;

  bool operator==(const CropRegion&) const = default;
};

/// Regions of pages that are made images of.
struct Crops {
  std::vector<CropRegion> regions;  // at most crop_regions_max
  std::uint32_t dpi = 100;
  std::uint32_t quality = 85;  // of JPEG, [0, 100]

  /// Why they are none, for people, beginning with the key: two of a name, a side that no JPEG has.
  std::optional<std::string> fault() const;
};

/// Each is a row of every document.
inline constexpr std::size_t crop_regions_max = 1000;
/// The longest side that libjpeg writes.
inline constexpr std::uint32_t crop_side_px_max = 65'500;
/// Beyond, no page has anything: in points two hundred times what a PDF's page may have.
inline constexpr double crop_coordinate_max = 10'000'000;
/// Why `name` cannot be a region's; nothing where it can: letters, digits, '_', '-', '.' of ASCII, no '.' ahead, at
/// most 100.
std::optional<std::string_view> fault_of_crop_name(std::string_view name);

struct Recipe {
  Outputs outputs{OutputId::text};
  OcrMode ocr = OcrMode::automatic;
  std::string ocr_languages = "eng";  // see ocr_languages.h; `auto` is settled before work begins
  std::uint32_t ocr_dpi = 200;        // [50, 600]
  std::uint32_t text_length_min =
      20;  // native characters, white space not counted; fewer make a page a candidate for OCR
  TrustMode trust = TrustMode::signals;
  double trust_min = 0.5;  // [0, 1]; a page whose own text is trusted less is recognised
  /// Pages that text, words and links are made of, as CropRegion::page names them, ascending, each once; empty for all.
  std::vector<std::int32_t> text_pages;
  std::uint32_t batch_size = 50;          // pages per Parquet row group
  std::string font_dir;                   // where the caller names one; empty for what comes with docmill
  std::string tessdata_dir;               // likewise
  std::vector<std::string> code_formats;  // of symbologies.h, in its order, each once; empty for all
  PageImages page_images;
  Crops crops;
  Layout layout;
  Limits limits;

  /// Why no document can be done by it, for people; nothing where all is well.
  std::optional<std::string> fault() const;
};

/// 16 hex digits over every setting that can change the bytes of this output, limits included; workers, timeouts,
/// memory and passwords not. Equal recipes have equal hashes on every machine and in every version with the same format
/// number.
std::string hash_of(const Recipe& recipe, OutputId output);

/// The same over all its outputs; of `text` alone it is the hash of that.
std::string hash_of(const Recipe& recipe);

}  // namespace docmill
