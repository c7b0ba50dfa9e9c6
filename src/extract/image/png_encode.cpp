#include "extract/image/png_encode.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <span>
#include <string_view>

namespace docmill::image {
namespace {

using Bytes = std::vector<std::byte>;

void append_number(Bytes& bytes, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(number >> shift));
}

/// W3C PNG, 5.3: length, type, data, and a sum over type and data.
void append_chunk(Bytes& bytes, std::string_view type, std::span<const std::byte> data) {
  append_number(bytes, static_cast<std::uint32_t>(data.size()));
  const auto* const name = reinterpret_cast<const Bytef*>(type.data());
  auto sum = ::crc32(0, name, static_cast<uInt>(type.size()));
  // crc32() takes no data for a wish to begin anew.
  if (!data.empty()) sum = ::crc32(sum, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()));
  const auto type_bytes = std::as_bytes(std::span(type));
  bytes.insert(bytes.end(), type_bytes.begin(), type_bytes.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  append_number(bytes, static_cast<std::uint32_t>(sum));
}

Bytes header_of(const ColourImage& image) {
  Bytes header;
  append_number(header, image.width_px);
  append_number(header, image.height_px);
  // 8 bits a sample, red green blue, deflate, the five filters, not interlaced.
  for (const int value : {8, 2, 0, 0, 0}) header.push_back(static_cast<std::byte>(value));
  return header;
}

class Deflater {
 public:
  explicit Deflater(std::uint64_t size_bytes_max) : size_bytes_max_(size_bytes_max) {
    constexpr int level = 9;
    ready_ = ::deflateInit(&stream_, level) == Z_OK;
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready_) ::deflateEnd(&stream_);
  }

  bool is_ready() const { return ready_; }

  /// False where that would be more than may come out.
  bool add(std::span<const std::uint8_t> data, int flush) {
    stream_.next_in = const_cast<Bytef*>(data.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast): zlib's C
    stream_.avail_in = static_cast<uInt>(data.size());
    std::array<Bytef, 16384> piece{};
    do {
      stream_.next_out = piece.data();
      stream_.avail_out = piece.size();
      ::deflate(&stream_, flush);
      const auto made = std::as_bytes(std::span(piece).first(piece.size() - stream_.avail_out));
      if (made_.size() + made.size() > size_bytes_max_) return false;
      made_.insert(made_.end(), made.begin(), made.end());
    } while (stream_.avail_out == 0);
    return true;
  }

  const Bytes& made() const { return made_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
  std::uint64_t size_bytes_max_;
  Bytes made_;
};

/// A row as PNG has it: the number of its filter, then red, green, blue, each less by what is above it.
void filter_row(const ColourImage& image, std::uint32_t y, std::vector<std::uint8_t>& row) {
  constexpr std::uint8_t filter_up = 2;
  const std::size_t size = std::size_t{image.width_px} * ColourImage::samples;
  const std::uint8_t* const pixels = image.pixels.data() + (y * size);
  row[0] = filter_up;
  for (std::size_t x = 0; x < size; x += ColourImage::samples)
    for (std::size_t sample = 0; sample < ColourImage::samples; ++sample) {
      const std::size_t at = x + (ColourImage::samples - 1 - sample);
      const std::uint8_t above = y > 0 ? *(pixels + at - size) : 0;
      row[1 + x + sample] = static_cast<std::uint8_t>(pixels[at] - above);
    }
}

}  // namespace

Result<Bytes> encode_png(const ColourImage& image, std::uint64_t size_bytes_max) {
  if (image.width_px == 0 || image.height_px == 0) return fail(ErrorKind::limit_pixels, "", "an image without pixels");
  Deflater deflater(size_bytes_max);
  if (!deflater.is_ready()) return fail(ErrorKind::out_of_memory, "", "no memory for encoding an image");
  std::vector<std::uint8_t> row(1 + (std::size_t{image.width_px} * ColourImage::samples));
  for (std::uint32_t y = 0; y < image.height_px; ++y) {
    filter_row(image, y, row);
    if (!deflater.add(row, y + 1 < image.height_px ? Z_NO_FLUSH : Z_FINISH))
      return fail(ErrorKind::limit_output, "",
                  fmt::format("an image of more than the {} bytes that are allowed", size_bytes_max));
  }
  Bytes bytes;
  for (const int value : {0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A})
    bytes.push_back(static_cast<std::byte>(value));
  append_chunk(bytes, "IHDR", header_of(image));
  append_chunk(bytes, "IDAT", deflater.made());
  append_chunk(bytes, "IEND", {});
  return bytes;
}

}  // namespace docmill::image
