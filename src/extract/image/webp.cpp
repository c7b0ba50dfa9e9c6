// WebP by libwebp: of an animation the first frame, which its demuxer finds.
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "extract/image/decoders.h"
#include "extract/image/luma.h"

namespace docmill::image {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
struct DeleteDecoder {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
};
struct ReleaseFrame {
  void operator()(WebPIterator* frame) const { WebPDemuxReleaseIterator(frame); }
};

WebPData data_of(std::span<const std::byte> bytes) {
  return {.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data()), .size = bytes.size()};
}

/// The first frame of an animation, and where it lies on the canvas. Of any other file the file itself.
struct Frame {
  WebPData data{};
  PixelSize size;
  std::uint32_t left = 0, top = 0;
  bool is_whole = true;
};

Frame first_frame(const Source& source) {
  const WebPData file = data_of(source.bytes);
  Frame frame{.data = file, .size = source.stored_size()};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemuxPartial(&file, nullptr));
  if (!demuxer || (WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG) == 0) return frame;
  WebPIterator found{};
  const std::unique_ptr<WebPIterator, ReleaseFrame> release(&found);
  if (WebPDemuxGetFrame(demuxer.get(), 1, &found) == 0) return frame;
  return {
      .data = found.fragment,
      .size = {.width = static_cast<std::uint32_t>(found.width), .height = static_cast<std::uint32_t>(found.height)},
      .left = static_cast<std::uint32_t>(found.x_offset),
      .top = static_cast<std::uint32_t>(found.y_offset),
      .is_whole = found.complete != 0};
}

bool covers(const Frame& frame, PixelSize canvas) { return frame.left == 0 && frame.top == 0 && frame.size == canvas; }

bool lies_within(const Frame& frame, PixelSize canvas) {
  return frame.size.width <= canvas.width && frame.left <= canvas.width - frame.size.width &&
         frame.size.height <= canvas.height && frame.top <= canvas.height - frame.size.height;
}

/// A canvas of the size in which the frame is decoded.
struct Output {
  PixelSize frame, canvas;
  std::uint32_t left = 0, top = 0;
  std::uint32_t bytes_per_pixel = 3;
};

void give_rows(const Output& output, std::span<const std::uint8_t> pixels, std::uint32_t decoded, RowReducer& rows) {
  constexpr std::uint8_t white = 255;
  const std::size_t step = output.bytes_per_pixel;
  std::vector<std::uint8_t> bytes(std::size_t{output.canvas.width} * rows.samples(), white);
  PixelRow row(bytes, rows.samples());
  for (std::uint32_t y = 0; y < output.top; ++y) rows.add(bytes);
  for (std::uint32_t y = 0; y < decoded; ++y) {
    const std::uint8_t* pixel = pixels.data() + (std::size_t{y} * output.frame.width * step);
    for (std::size_t x = output.left; x < std::size_t{output.left} + output.frame.width; ++x, pixel += step)
      row.put(x, {.red = pixel[0], .green = pixel[1], .blue = pixel[2]}, step == 4 ? pixel[3] : 255);
    rows.add(bytes);
  }
}

/// libwebp reduces while it decodes. Only where it has to: it has a way of its own to do it.
Output plan_output(const Frame& frame, const Source& source, const RowReducer& rows, bool has_alpha) {
  const PixelSize canvas = source.stored_size();
  Output output{.frame = frame.size,
                .canvas = canvas,
                .left = frame.left,
                .top = frame.top,
                .bytes_per_pixel = has_alpha ? 4U : 3U};
  if (!covers(frame, canvas) || frame.size.pixels() * output.bytes_per_pixel <= source.memory_bytes_max / 2)
    return output;
  output.frame = output.canvas = rows.to();
  return output;
}

}  // namespace

Result<Extent> decode_webp(const Source& source, RowReducer& rows) {
  const Frame frame = first_frame(source);
  WebPDecoderConfig config{};
  if (WebPInitDecoderConfig(&config) == 0) return nothing_decoded();
  if (WebPGetFeatures(frame.data.bytes, frame.data.size, &config.input) != VP8_STATUS_OK || config.input.has_animation)
    return nothing_decoded();
  const PixelSize size{.width = static_cast<std::uint32_t>(config.input.width),
                       .height = static_cast<std::uint32_t>(config.input.height)};
  if (size != frame.size || !lies_within(frame, source.stored_size())) return size_mismatch();
  const Output output = plan_output(frame, source, rows, config.input.has_alpha != 0);
  const std::size_t row_bytes = std::size_t{output.frame.width} * output.bytes_per_pixel;
  const bool without_loss = config.input.format != 1;  // 0: both kinds, mixed
  const std::uint64_t memory = (row_bytes * output.frame.height) + (without_loss ? size.pixels() * 4 : 0);
  if (memory > source.memory_bytes_max) return too_much_memory(memory, source.memory_bytes_max);
  if (!rows.begin(output.canvas)) return size_mismatch();
  std::vector<std::uint8_t> pixels(row_bytes * output.frame.height);
  config.options.use_scaling = output.frame != size ? 1 : 0;
  config.options.scaled_width = static_cast<int>(output.frame.width);
  config.options.scaled_height = static_cast<int>(output.frame.height);
  config.output.colorspace = output.bytes_per_pixel == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {.rgba = pixels.data(), .stride = static_cast<int>(row_bytes), .size = pixels.size()};
  const std::unique_ptr<WebPIDecoder, DeleteDecoder> decoder(WebPIDecode(nullptr, 0, &config));
  if (!decoder) return nothing_decoded();
  const VP8StatusCode status = WebPIUpdate(decoder.get(), frame.data.bytes, frame.data.size);
  int decoded = 0;
  if (WebPIDecGetRGB(decoder.get(), &decoded, nullptr, nullptr, nullptr) == nullptr) decoded = 0;
  give_rows(output, pixels, static_cast<std::uint32_t>(std::max(decoded, 0)), rows);
  if (decoded <= 0) return nothing_decoded();
  return status == VP8_STATUS_OK && frame.is_whole ? Extent::whole : Extent::part;
}

}  // namespace docmill::image
