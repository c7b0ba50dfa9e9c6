#include "extract/image/embedded_png.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace docmill::image {
namespace {

/// The fifth of the time of 6, and a tenth more bytes.
constexpr int effort = 3;
constexpr std::size_t output_piece_size_bytes = std::size_t{256} * 1024;
constexpr std::uint32_t side_px_max = 0x7fffffff;  // PNG, 11.2.2

// PNG, 11.2.2: bits of a sample and colour type.
struct Layout {
  std::uint8_t bits = 8;
  std::uint8_t type = 0;
  std::uint32_t samples = 1;  // in the file

  std::size_t pixel_bytes() const { return bits == 8 ? samples : 1; }  // for the filter
};

using Row = std::span<const std::uint8_t>;

struct Found {
  bool is_gray = true, is_bilevel = true, is_opaque = true;
};

Found look_at(const Pixels& pixels) {
  Found found;
  const std::size_t samples = pixels.samples;
  for (std::size_t at = 0; at + samples <= pixels.bytes.size(); at += samples) {
    const std::uint8_t* const pixel = pixels.bytes.data() + at;
    if (samples >= 3) found.is_gray = found.is_gray && pixel[0] == pixel[1] && pixel[1] == pixel[2];
    if (samples == 4) found.is_opaque = found.is_opaque && pixel[3] == 0xff;
    found.is_bilevel = found.is_bilevel && (pixel[0] == 0 || pixel[0] == 0xff);
    if (!found.is_gray && samples == 3) break;
  }
  return found;
}

Layout layout_of(const Pixels& pixels) {
  const Found found = look_at(pixels);
  if (!found.is_opaque) return found.is_gray ? Layout{8, 4, 2} : Layout{8, 6, 4};
  if (!found.is_gray) return {8, 2, 3};
  return found.is_bilevel ? Layout{1, 0, 1} : Layout{8, 0, 1};
}

/// A row as it stands in the file, before the filter.
void lay_out(Row from, std::uint32_t samples_from, const Layout& layout, std::span<std::uint8_t> to) {
  if (layout.bits == 1) {
    constexpr std::size_t pixels_of_byte = 8;
    std::ranges::fill(to, 0);
    for (std::size_t x = 0; x * samples_from < from.size(); ++x)
      if (from[x * samples_from] != 0)
        to[x / pixels_of_byte] |= static_cast<std::uint8_t>(0x80U >> (x % pixels_of_byte));
    return;
  }
  const std::size_t colours = layout.samples >= 3 ? 3 : 1;
  for (std::size_t x = 0; x * samples_from < from.size(); ++x) {
    const Row pixel = from.subspan(x * samples_from, samples_from);
    const auto place = to.subspan(x * layout.samples, layout.samples);
    for (std::size_t i = 0; i < colours; ++i)
      place[i] = pixel[colours - 1 - i];  // blue, green, red the other way round
    if (layout.samples > colours) place[colours] = pixel[3];
  }
}

class Writer {
 public:
  explicit Writer(std::uint64_t size_bytes_max) : size_bytes_max_(size_bytes_max) {}

  void append(std::string_view bytes) { append(std::as_bytes(std::span(bytes))); }

  void chunk(std::string_view type, std::span<const std::byte> data) {
    append_number(static_cast<std::uint32_t>(data.size()));
    append(type);
    append(data);
    std::uint32_t check = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(type.data()), 4));
    // It takes a null for the start of a new sum.
    if (!data.empty())
      check = static_cast<std::uint32_t>(
          crc32(check, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
    append_number(check);
  }

  bool is_full() const { return is_full_; }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void append(std::span<const std::byte> bytes) {
    is_full_ = is_full_ || bytes_.size() + bytes.size() > size_bytes_max_;
    if (!is_full_) bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  void append_number(std::uint32_t number) {
    std::array<std::byte, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(number >> (24 - (8 * i)));
    append(bytes);
  }

  std::vector<std::byte> bytes_;
  std::uint64_t size_bytes_max_;
  bool is_full_ = false;
};

class Deflater {
 public:
  explicit Deflater(Writer& to) : to_(to), piece_(output_piece_size_bytes) {
    is_ready_ = deflateInit(&stream_, effort) == Z_OK;
    next_piece();
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream_); }

  bool is_ready() const { return is_ready_; }

  void add(std::span<std::uint8_t> bytes) {
    stream_.next_in = bytes.data();
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      deflate(&stream_, Z_NO_FLUSH);
      if (stream_.avail_out == 0) give_piece();
    }
  }

  void finish() {
    while (deflate(&stream_, Z_FINISH) != Z_STREAM_END) give_piece();
    give_piece();
  }

 private:
  void next_piece() {
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_.avail_out = static_cast<uInt>(piece_.size());
  }

  void give_piece() {
    const std::span<const std::byte> piece(piece_.data(), piece_.size() - stream_.avail_out);
    if (!piece.empty()) to_.chunk("IDAT", piece);
    next_piece();
  }

  Writer& to_;
  std::vector<std::byte> piece_;
  z_stream stream_{};
  bool is_ready_ = false;
};

std::array<std::byte, 13> header_of(const Pixels& pixels, const Layout& layout) {
  std::array<std::byte, 13> header{};
  for (std::size_t i = 0; i < 4; ++i) {
    header.at(i) = static_cast<std::byte>(pixels.width_px >> (24 - (8 * i)));
    header.at(4 + i) = static_cast<std::byte>(pixels.height_px >> (24 - (8 * i)));
  }
  header[8] = static_cast<std::byte>(layout.bits);
  header[9] = static_cast<std::byte>(layout.type);
  return header;
}

/// Pictures with several values have the difference to the pixel on the left (PNG, 9.2), others their bits.
void filter(std::span<std::uint8_t> row, const Layout& layout) {
  constexpr std::uint8_t none = 0, sub = 1;
  row[0] = layout.bits == 1 ? none : sub;
  if (row[0] == none) return;
  const auto values = row.subspan(1);
  const std::size_t step = layout.pixel_bytes();
  for (std::size_t i = values.size(); i-- > step;) values[i] = static_cast<std::uint8_t>(values[i] - values[i - step]);
}

}  // namespace

Result<std::vector<std::byte>> encode_embedded_png(const Pixels& pixels, std::uint64_t size_bytes_max) {
  if (pixels.width_px == 0 || pixels.height_px == 0 || std::max(pixels.width_px, pixels.height_px) > side_px_max)
    return fail(ErrorKind::limit_pixels, "", "no pixels, or too many on a side");
  const Layout layout = layout_of(pixels);
  Writer writer(size_bytes_max);
  writer.append("\x89PNG\r\n\x1a\n");
  writer.chunk("IHDR", header_of(pixels, layout));
  Deflater deflater(writer);
  if (!deflater.is_ready()) return fail(ErrorKind::out_of_memory, "", "no memory for zlib");
  const std::size_t from_bytes = std::size_t{pixels.width_px} * pixels.samples;
  const std::size_t to_bits = std::size_t{pixels.width_px} * layout.samples * layout.bits;
  std::vector<std::uint8_t> row(1 + ((to_bits + 7) / 8));
  for (std::size_t y = 0; y < pixels.height_px && !writer.is_full(); ++y) {
    lay_out(Row(pixels.bytes).subspan(y * from_bytes, from_bytes), pixels.samples, layout, std::span(row).subspan(1));
    filter(row, layout);
    deflater.add(row);
  }
  deflater.finish();
  writer.chunk("IEND", {});
  if (writer.is_full())
    return fail(ErrorKind::limit_output, "", fmt::format("more than {} bytes as PNG", size_bytes_max));
  return writer.take();
}

}  // namespace docmill::image
