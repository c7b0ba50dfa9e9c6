// Images for tests, written by Leptonica's encoders.
#pragma once

#include <leptonica/allheaders.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document/format.h"

namespace docmill {

using Bytes = std::vector<std::byte>;

struct FreePix {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using TestPix = std::unique_ptr<Pix, FreePix>;

/// White, `depth` bits a pixel, with a black rectangle in the top left quarter.
inline TestPix quarter_pix(int width, int height, int depth) {
  TestPix pix(pixCreate(width, height, depth));
  pixSetBlackOrWhite(pix.get(), L_SET_WHITE);
  const std::unique_ptr<Box, void (*)(Box*)> box(boxCreate(0, 0, width / 2, height / 2),
                                                 [](Box* b) { boxDestroy(&b); });
  pixSetBlackOrWhite(pix.get(), L_SET_WHITE);
  if (depth == 1)
    pixSetInRect(pix.get(), box.get());
  else
    pixClearInRect(pix.get(), box.get());
  return pix;
}

/// What one of Leptonica's writers left in memory.
class Encoded {
 public:
  l_uint8** data() { return &data_; }
  size_t* size() { return &size_; }

  Bytes take() {
    const auto bytes = std::as_bytes(std::span(data_, size_));
    Bytes copy(bytes.begin(), bytes.end());
    lept_free(data_);
    return copy;
  }

 private:
  l_uint8* data_ = nullptr;
  size_t size_ = 0;
};

inline Bytes encode(Pix* pix, Format format) {
  Encoded encoded;
  switch (format) {
    case Format::jpeg:
      pixWriteMemJpeg(encoded.data(), encoded.size(), pix, 95, 0);
      break;
    case Format::png:
      pixWriteMemPng(encoded.data(), encoded.size(), pix, 0);
      break;
    case Format::tiff:
      pixWriteMemTiff(encoded.data(), encoded.size(), pix, IFF_TIFF_LZW);
      break;
    case Format::webp:
      pixWriteMemWebP(encoded.data(), encoded.size(), pix, 100, 1);
      break;
    case Format::bmp:
      pixWriteMemBmp(encoded.data(), encoded.size(), pix);
      break;
    case Format::gif:
      pixWriteMemGif(encoded.data(), encoded.size(), pix);
      break;
    case Format::jpeg2000:
      pixWriteMemJp2k(encoded.data(), encoded.size(), pix, 0, 0, 0, 0);
      break;
    case Format::unknown:
    case Format::pdf:
    case Format::mock:
      break;
  }
  return encoded.take();
}

inline Bytes encode_tiff_pages(const std::vector<TestPix>& pages) {
  const std::unique_ptr<Pixa, void (*)(Pixa*)> all(pixaCreate(0), [](Pixa* p) { pixaDestroy(&p); });
  for (const TestPix& page : pages) pixaAddPix(all.get(), page.get(), L_COPY);
  Encoded encoded;
  pixaWriteMemMultipageTiff(encoded.data(), encoded.size(), all.get());
  return encoded.take();
}

inline Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::filesystem::path corpus(std::string_view path) {
  return std::filesystem::path(DOCMILL_SOURCE_DIR) / "../shared/corpus" / path;
}

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  return bytes_of(content);
}

}  // namespace docmill
