// Page images as tests see them: in the order in which a sink gets them, decoded by libwebp itself.
#pragma once

#include <gtest/gtest.h>
#include <webp/decode.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "extract/extract.h"
#include "unit/extract/recording_sink.h"
#include "unit/extract/warm.h"

namespace docmill {

/// Says of each file and row in which order they came.
class OrderSink final : public RecordingSink {
 public:
  bool file(std::uint32_t index, const FileLabel& label, std::span<const std::byte> bytes) override {
    order.push_back("file " + std::to_string(index));
    return RecordingSink::file(index, label, bytes) && files.size() < files_max;
  }
  bool page(PageRow row) override {
    order.push_back("row " + std::to_string(row.page_index));
    return RecordingSink::page(std::move(row));
  }

  std::size_t files_max = SIZE_MAX;
  std::vector<std::string> order;
};

inline extract::Options for_images() {
  extract::Options options;
  options.recipe.outputs = {OutputId::text, OutputId::page_images};
  options.recipe.ocr = OcrMode::never;
  return options;
}

inline OrderSink run(std::span<const std::byte> document, const extract::Options& options) {
  OrderSink sink;
  EXPECT_TRUE(warm()) << warm().error().text();
  EXPECT_TRUE(!options.recogniser_available || warm_ocr());
  EXPECT_TRUE(extract::extract(document, options, sink));
  return sink;
}

struct Rgb {
  int red = 0, green = 0, blue = 0;
};

/// A WebP as libwebp decodes it.
struct Seen {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels = {};

  Rgb at(double x, double y) const {
    const auto column = static_cast<std::size_t>(x * width), row = static_cast<std::size_t>(y * height);
    const std::uint8_t* pixel = pixels.data() + (3 * ((row * static_cast<std::size_t>(width)) + column));
    return {.red = pixel[0], .green = pixel[1], .blue = pixel[2]};
  }
};

inline Seen seen(const PageFile& file) {
  const std::string bytes = file.bytes.text();
  Seen image;
  std::uint8_t* pixels =
      WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &image.width, &image.height);
  EXPECT_NE(pixels, nullptr);
  if (pixels == nullptr) return {};
  image.pixels.assign(pixels, pixels + (std::size_t{3} * static_cast<std::size_t>(image.width * image.height)));
  WebPFree(pixels);
  return image;
}

inline void expect_colour(const Rgb& found, const Rgb& expected) {
  constexpr int tolerance = 8;  // of a large area at quality 80
  EXPECT_NEAR(found.red, expected.red, tolerance);
  EXPECT_NEAR(found.green, expected.green, tolerance);
  EXPECT_NEAR(found.blue, expected.blue, tolerance);
}

}  // namespace docmill
