// What only a process with a recogniser does. An interface, so that a program which never recognises is linked without
// the libraries behind it.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "extract/codes/codes.h"
#include "extract/image/image.h"
#include "extract/ocr/ocr.h"

namespace docmill::extract {

class Recogniser {
 public:
  virtual ~Recogniser() = default;
  /// As image::decode().
  virtual Result<image::Decoded> decode(std::span<const std::byte> bytes, Format format, const image::Header& header,
                                        const Limits& limits) = 0;
  /// As image::decode_colour().
  virtual Result<image::DecodedColour> decode_colour(std::span<const std::byte> bytes, Format format,
                                                     const image::Header& header, const Limits& limits,
                                                     std::uint32_t side_px_max) = 0;
  /// As codes::find_codes().
  virtual codes::Found find_codes(const GrayImage& image, codes::Kinds kinds, std::span<const std::string> formats) = 0;
  /// As ocr::Recogniser::recognise().
  virtual Result<ocr::Recognition> recognise(const GrayImage& image) = 0;
};

/// The process's own: set by warm_up_ocr(), before the process is forked; null where there is none.
std::unique_ptr<Recogniser>& warm_recogniser();

/// Reads and draws one page, so that whatever a library does at first use (fonts, sorting, ICU's tables) is done.
Result<GrayImage> draw_warm_up_page();

}  // namespace docmill::extract
