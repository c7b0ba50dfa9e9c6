// The fonts for documents that do not carry their own, mapped into memory at start.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace docmill::pdf {

/// One face of a mapped file; the bytes live as long as the process.
struct Font {
  std::span<const std::uint8_t> file;
  std::size_t offset = 0;  // of its table directory in `file`; above 0 only in a collection
  std::string family;      // "Liberation Sans"
  bool bold = false, italic = false;
  std::uint32_t code_pages = 0;  // ulCodePageRange1 of its OS/2 table

  /// One table, or nothing when the font lacks it; `tag` as four big-endian letters.
  std::span<const std::uint8_t> table(std::uint32_t tag) const;
};

struct FontRequest {
  std::string_view name;
  bool bold = false, italic = false;
  bool fixed_pitch = false, serif = false;
  int charset = 0;  // FXFONT_*_CHARSET
};

class FontSet {
 public:
  /// Map every .ttf, .otf and .ttc below the folders of `font_dirs` (separated by ':'), in the order of their paths.
  ///
  /// Errors: not_found (a folder is missing, or there is no font in any).
  static Result<FontSet> map(std::string_view font_dirs);

  std::span<const Font> fonts() const { return fonts_; }
  /// The closest font, or nothing when PDFium's built-in ones are closer (symbols; CJK without a font that has it).
  const Font* find(const FontRequest& request) const;

 private:
  const Font* find_family(std::string_view family, const FontRequest& request) const;
  const Font* find_code_page(std::uint32_t bit) const;

  std::vector<Font> fonts_;
};

}  // namespace docmill::pdf
