#include "extract/image/tiff_samples.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "extract/image/luma.h"

namespace docmill::image {
namespace {

template <typename Number>
Number number_at(const std::uint8_t* row, std::size_t index) {
  Number number;
  std::memcpy(&number, row + (index * sizeof(Number)), sizeof(Number));
  return number;
}

// In the order of the machine, as libtiff leaves them.
std::uint64_t three_bytes_at(const std::uint8_t* row, std::size_t index) {
  std::array<std::uint8_t, 4> word{};
  std::memcpy(word.data() + (std::endian::native == std::endian::little ? 0 : 1), row + (3 * index), 3);
  return std::bit_cast<std::uint32_t>(word);
}

// Bits that are no whole bytes stand from the highest to the lowest (TIFF 6.0, BitsPerSample).
std::uint64_t bits_at(std::span<const std::uint8_t> row, std::size_t index, unsigned bits) {
  std::uint64_t value = 0;
  std::size_t at = index * bits;
  for (unsigned i = 0; i < bits; ++i, ++at) value = (value << 1U) | ((row[at / 8] >> (7 - (at % 8))) & 1U);
  return value;
}

// IEEE 754 binary16.
double half(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const int exponent = (bits >> 10U) & 0x1F;
  const int fraction = bits & 0x3FF;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : NAN;
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

double float_at(std::span<const std::uint8_t> row, std::size_t index, unsigned bits) {
  switch (bits) {
    case 16:
      return half(number_at<std::uint16_t>(row.data(), index));
    case 32:
      return number_at<float>(row.data(), index);
    default:
      return number_at<double>(row.data(), index);
  }
}

std::uint64_t whole_at(std::span<const std::uint8_t> row, std::size_t index, unsigned bits) {
  switch (bits) {
    case 8:
      return row[index];
    case 16:
      return number_at<std::uint16_t>(row.data(), index);
    case 24:
      return three_bytes_at(row.data(), index);
    case 32:
      return number_at<std::uint32_t>(row.data(), index);
    case 64:
      return number_at<std::uint64_t>(row.data(), index);
    default:
      return bits_at(row, index, bits);
  }
}

double value_at(std::span<const std::uint8_t> row, std::size_t index, const TiffPage& page) {
  if (page.format == SAMPLEFORMAT_IEEEFP) return float_at(row, index, page.bits);
  const std::uint64_t value = whole_at(row, index, page.bits);
  if (page.format != SAMPLEFORMAT_INT) return static_cast<double>(value);
  const unsigned unused = 64U - page.bits;
  return static_cast<double>(static_cast<std::int64_t>(value << unused) >> unused);
}

bool is_known_sample(const TiffPage& page) {
  if (page.samples == 0) return false;
  switch (page.format) {
    case SAMPLEFORMAT_IEEEFP:
      return page.bits == 16 || page.bits == 32 || page.bits == 64;
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
    case SAMPLEFORMAT_INT:
      return page.bits >= 1 && (page.bits <= 32 || page.bits == 64);
    default:
      return false;
  }
}

bool is_light(std::uint16_t photometric) {
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_SEPARATED:
      return false;
    default:
      return true;
  }
}

bool is_plain(const TiffPage& page) {
  switch (page.photometric) {
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MASK:
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_SEPARATED:
      return true;
    case PHOTOMETRIC_PALETTE:
      return page.bits <= 16 && page.format != SAMPLEFORMAT_IEEEFP;
    default:
      return false;
  }
}

std::uint8_t scaled(double value, const SampleRange& range) {
  const double share = (value - range.low) / (range.high - range.low);
  return std::isnan(share) ? 0xFF : static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255));
}

}  // namespace

SampleConverter::SampleConverter(const TiffPage& page) : page_(page) {
  if (page_.photometric == PHOTOMETRIC_RGB && page_.colours < 3) page_.photometric = PHOTOMETRIC_MINISBLACK;
  if (page_.photometric == PHOTOMETRIC_RGB) page_.colours = 3;
  // Of several samples of gray the first is the picture.
  if (page_.photometric != PHOTOMETRIC_RGB && page_.photometric != PHOTOMETRIC_SEPARATED) page_.colours = 1;
  used_ = std::size_t{page_.colours} + (page_.alpha != 0 ? 1 : 0);
  blank_ = is_light(page_.photometric) ? 0xFF : 0;
  range_.high = std::ldexp(1.0, page_.bits) - 1;
}

std::optional<SampleConverter> SampleConverter::of(TIFF* tiff, const TiffPage& page) {
  if (!is_known_sample(page) || !is_plain(page)) return std::nullopt;
  SampleConverter samples(page);
  if (page.photometric == PHOTOMETRIC_PALETTE && !samples.read_palette(tiff)) return std::nullopt;
  return samples;
}

// Some writers fill the 16 bits of a palette's entries with 8.
bool SampleConverter::read_palette(TIFF* tiff) {
  std::uint16_t *red = nullptr, *green = nullptr, *blue = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue) != 1) return false;
  const std::size_t colours = std::size_t{1} << page_.bits;
  const auto is_wide = [&](const std::uint16_t* of) {
    return std::any_of(of, of + colours, [](std::uint16_t value) { return value >= 256; });
  };
  const unsigned shift = is_wide(red) || is_wide(green) || is_wide(blue) ? 8 : 0;
  palette_.resize(colours);
  for (std::size_t i = 0; i < colours; ++i)
    palette_[i] = {.red = static_cast<std::uint8_t>(red[i] >> shift),
                   .green = static_cast<std::uint8_t>(green[i] >> shift),
                   .blue = static_cast<std::uint8_t>(blue[i] >> shift)};
  const auto lightest = std::ranges::max_element(palette_, {}, &Colour::gray) - palette_.begin();
  if (page_.bits == 8) blank_ = static_cast<std::uint8_t>(lightest);
  if (page_.bits < 8) blank_ = lightest == 0 ? 0 : 0xFF;
  return true;
}

bool SampleConverter::needs_range() const {
  return !is_indexed() && (page_.bits > 8 || page_.format == SAMPLEFORMAT_IEEEFP || page_.format == SAMPLEFORMAT_INT);
}

void SampleConverter::measure(PlanesOfRow planes, std::size_t count) {
  for (std::size_t x = 0; x < count; ++x)
    for (std::size_t sample = 0; sample < page_.colours; ++sample) {
      const double value = page_.separate ? value_at(planes[sample], x, page_)
                                          : value_at(planes[0], (x * page_.samples) + sample, page_);
      if (!std::isfinite(value)) continue;
      smallest_ = measured_ ? std::min(smallest_, value) : value;
      largest_ = measured_ ? std::max(largest_, value) : value;
      measured_ = true;
    }
}

void SampleConverter::use_measured_range() {
  if (!measured_) return;
  constexpr std::array highest{1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0};
  const bool may_be_share = page_.format == SAMPLEFORMAT_IEEEFP || page_.bits == 32;
  for (const double high : std::span(highest).subspan(may_be_share ? 0 : 1)) {
    const double middle = (high + 1) / 2;  // of numbers with a sign
    if (smallest_ >= 0 && largest_ <= high) return void(range_ = {.low = 0, .high = high});
    if (page_.format == SAMPLEFORMAT_INT && smallest_ >= -middle && largest_ < middle)
      return void(range_ = {.low = -middle, .high = middle - 1});
  }
  range_ = {.low = std::min(smallest_, 0.0), .high = std::max(largest_, smallest_ + 1)};
}

void SampleConverter::scale_samples(PlanesOfRow planes, std::size_t count) {
  scaled_.resize(count * used_);
  const bool bytes = page_.bits == 8 && page_.format != SAMPLEFORMAT_INT;
  for (std::size_t sample = 0; sample < used_; ++sample) {
    const std::span<const std::uint8_t> plane = planes[page_.separate ? sample : 0];
    const std::size_t step = page_.separate ? 1 : page_.samples;
    std::size_t at = page_.separate ? 0 : sample;
    for (std::size_t x = 0; x < count; ++x, at += step)
      scaled_[(x * used_) + sample] = bytes ? plane[at] : scaled(value_at(plane, at, page_), range_);
  }
}

Colour SampleConverter::colour_of(const std::uint8_t* pixel) const {
  switch (page_.photometric) {
    case PHOTOMETRIC_MINISWHITE:
      return Colour::of_gray(static_cast<std::uint8_t>(255 - pixel[0]));
    case PHOTOMETRIC_RGB:
      return {.red = pixel[0], .green = pixel[1], .blue = pixel[2]};
    case PHOTOMETRIC_SEPARATED: {
      if (page_.colours == 4) return colour_of_inks(pixel[0], pixel[1], pixel[2], pixel[3]);
      std::uint32_t light = 255;
      for (std::size_t ink = 0; ink < page_.colours; ++ink) light = ((light * (255U - pixel[ink])) + 127) / 255;
      return Colour::of_gray(static_cast<std::uint8_t>(light));
    }
    default:
      return Colour::of_gray(pixel[0]);
  }
}

void SampleConverter::convert(PlanesOfRow planes, PixelRow row) {
  if (is_indexed()) {
    const std::size_t step = page_.separate ? 1 : page_.samples;
    for (std::size_t x = 0; x < row.size(); ++x) row.put(x, palette_[whole_at(planes[0], x * step, page_.bits)]);
    return;
  }
  const bool bilevel = page_.bits == 1 && page_.samples == 1 && page_.format != SAMPLEFORMAT_INT;
  if (bilevel) {
    const std::uint8_t flip = page_.photometric == PHOTOMETRIC_MINISWHITE ? 0xFF : 0;
    for (std::size_t x = 0; x < row.size(); ++x) {
      const bool bit = ((planes[0][x / 8] >> (7 - (x % 8))) & 1U) != 0;
      row.put(x, Colour::of_gray(static_cast<std::uint8_t>((bit ? 0xFF : 0) ^ flip)));
    }
    return;
  }
  scale_samples(planes, row.size());
  for (std::size_t x = 0; x < row.size(); ++x) {
    const std::uint8_t* pixel = scaled_.data() + (x * used_);
    const Colour colour = colour_of(pixel);
    const std::uint8_t alpha = page_.alpha == 0 ? 255 : pixel[page_.colours];
    if (page_.alpha == EXTRASAMPLE_ASSOCALPHA)
      row.put_multiplied(x, colour, alpha);
    else
      row.put(x, colour, alpha);
  }
}

}  // namespace docmill::image
