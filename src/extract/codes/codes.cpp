#include "extract/codes/codes.h"

#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"

namespace docmill::codes {
namespace {

/// Nineteen of twenty pixels are as dark or darker.
std::uint8_t paper_of(const GrayImage& image) {
  constexpr std::size_t step = 61;  // prime, so that no pattern of the picture meets it
  std::array<std::size_t, 256> counts{};
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < image.pixels.size(); i += step, ++looked_at) ++counts[image.pixels[i]];
  std::size_t lighter = 0;
  std::size_t level = counts.size() - 1;
  while (level > 0 && (lighter += counts[level]) * 20 < looked_at) --level;
  return static_cast<std::uint8_t>(level);
}

/// A code that is light on dark has something dark and plain around it. In a large picture without any nobody need look
/// for one: letters are narrower. That saves a quarter of the time on a page of text.
bool may_have_light_codes(const GrayImage& image) {
  constexpr std::size_t small_pixels_max = 1'000'000, side = 8, step = 4;
  constexpr int darker_by = 32;
  if (image.pixels.size() <= small_pixels_max) return true;
  const int dark = paper_of(image) - darker_by;
  const auto is_dark = [&](std::size_t left, std::size_t top) {
    for (std::size_t y = top; y < top + side; ++y) {
      const auto row = std::span(image.pixels).subspan((y * image.width_px) + left, side);
      if (std::ranges::any_of(row, [&](std::uint8_t pixel) { return pixel > dark; })) return false;
    }
    return true;
  };
  for (std::size_t top = 0; top + side <= image.height_px; top += step)
    for (std::size_t left = 0; left + side <= image.width_px; left += step)
      if (is_dark(left, top)) return true;
  return false;
}

/// Its defaults try harder: all turns, light on dark, and a third of the size as well.
ZXing::ReaderOptions reader_options(const GrayImage& image, Kinds kinds,
                                    const std::optional<ZXing::BarcodeFormats>& formats) {
  ZXing::ReaderOptions options;
  if (formats) options.formats(*formats);
  if (kinds == Kinds::level_bars) options.tryRotate(false);
  options.tryInvert(may_have_light_codes(image));
  options.textMode(ZXing::TextMode::Plain);
  options.maxNumberOfSymbols(codes_per_picture_max);
  return options;
}

/// Nothing for zxing-cpp's default: all kinds, but none that is wanted explicitly, with which it is less strict.
std::optional<ZXing::BarcodeFormats> formats_of(Kinds kinds, std::span<const std::string> names) {
  using enum ZXing::BarcodeFormat;
  const ZXing::BarcodeFormats level = AllLinear | PDF417 | MicroPDF417;
  if (names.empty()) return kinds == Kinds::level_bars ? std::optional(level) : std::nullopt;
  std::vector<ZXing::BarcodeFormat> named;
  for (const std::string& name : names) named.push_back(ZXing::BarcodeFormatFromString(name));
  ZXing::BarcodeFormats formats(std::move(named));
  return kinds == Kinds::level_bars ? formats & level : formats;
}

std::string bytes_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

/// The numbers in "]Q2\000026text": after the identifier each stands behind a backslash, which text has doubled
/// (AIM ITS/04-001, ECI protocol).
std::optional<std::string> eci_of(const ZXing::Barcode& barcode) {
  if (!barcode.hasECI()) return std::nullopt;
  constexpr std::size_t digits = 6;
  std::string numbers;
  const std::string protocol = bytes_of(barcode.bytesECI());
  for (std::size_t at = protocol.find('\\'); at < protocol.size(); at = protocol.find('\\', at)) {
    ++at;
    if (at < protocol.size() && protocol[at] == '\\') {
      ++at;
      continue;
    }
    std::string number = protocol.substr(at, digits);
    if (number.empty()) break;
    number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
    numbers += (numbers.empty() ? "" : ",") + number;
    at += digits;
  }
  return numbers;
}

std::string text_of(const ZXing::Barcode& barcode) {
  std::string text = barcode.text();
  return is_utf8(text) ? text : std::string();
}

CodeContent content_of(const ZXing::Barcode& barcode) {
  std::string error_correction = barcode.ecLevel();
  CodeContent content{.format = std::string(ZXing::Name(barcode.format())),
                      .text = text_of(barcode),
                      .bytes = bytes_of(barcode.bytes()),
                      .symbology_identifier = barcode.symbologyIdentifier(),
                      .eci = eci_of(barcode)};
  if (!error_correction.empty()) content.error_correction = std::move(error_correction);
  return content;
}

/// zxing-cpp names pixels, of which the middle is meant.
std::array<Point, 4> corners_of(const ZXing::Barcode& barcode) {
  std::array<Point, 4> corners;
  constexpr double half = 0.5;
  std::ranges::transform(barcode.position(), corners.begin(),
                         [](const ZXing::PointI& point) { return Point{.x = point.x + half, .y = point.y + half}; });
  return corners;
}

}  // namespace

Found find_codes(const GrayImage& image, Kinds kinds, std::span<const std::string> formats) {
  Found found;
  if (image.width_px == 0 || image.height_px == 0) return found;
  try {
    const auto wanted = formats_of(kinds, formats);
    if (wanted && wanted->empty()) return found;  // which zxing-cpp would take for all
    const ZXing::ImageView view(image.pixels.data(), static_cast<int>(image.width_px),
                                static_cast<int>(image.height_px), ZXing::ImageFormat::Lum);
    for (const ZXing::Barcode& barcode : ZXing::ReadBarcodes(view, reader_options(image, kinds, wanted)))
      found.codes.push_back({.content = content_of(barcode), .corners = corners_of(barcode)});
    found.is_cut = found.codes.size() >= codes_per_picture_max;
    if (found.codes.size() > codes_per_picture_max) found.codes.resize(codes_per_picture_max);  // PDF417 goes on
  } catch (const std::exception&) {
    found.is_cut = true;
  }
  return found;
}

}  // namespace docmill::codes
