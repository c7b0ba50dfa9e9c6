// One JPEG 2000 image as the only thing on a one-page PDF, which PDFium then draws.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "extract/pdf/handles.h"
#include "extract/pdf/jpeg2000_header.h"
#include "extract/pdf/pdf.h"

namespace docmill::pdf {
namespace {

/// Writes objects and keeps where they begin, for the cross-reference table.
class PdfWriter {
 public:
  void object(std::string_view dictionary, std::span<const std::byte> stream = {}) {
    offsets_.push_back(bytes_.size());
    add(std::to_string(offsets_.size()) + " 0 obj\n");
    add(dictionary);
    if (!stream.empty()) {
      add("\nstream\n");
      bytes_.insert(bytes_.end(), stream.begin(), stream.end());
      add("\nendstream");
    }
    add("\nendobj\n");
  }

  std::vector<std::byte> finish() && {
    const std::size_t table = bytes_.size();
    const std::string size = std::to_string(offsets_.size() + 1);
    add("xref\n0 " + size + "\n0000000000 65535 f \n");
    for (const std::size_t offset : offsets_) {
      const std::string digits = std::to_string(offset);
      add(std::string(10 - digits.size(), '0') + digits + " 00000 n \n");
    }
    add("trailer\n<</Size " + size + "/Root 1 0 R>>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n");
    return std::move(bytes_);
  }

  void add(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

 private:
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> offsets_;
};

struct Size {
  std::uint32_t width = 0, height = 0;
};

/// The image's own size where that is allowed, else as much of it as is.
Size drawn_size(const Jpeg2000Header& header, const Limits& limits, double side_max) {
  const double width = header.width_px, height = header.height_px;
  const double scale = std::min({1.0, std::sqrt(static_cast<double>(limits.page_pixels_max) / (width * height)),
                                 side_max / std::max(width, height)});
  const auto scaled = [&](double side) { return static_cast<std::uint32_t>(std::max(1.0, std::floor(side * scale))); };
  return {.width = scaled(width), .height = scaled(height)};
}

/// The page's box is the size at which the image is drawn, so that 72 dpi draws a pixel for each point.
std::vector<std::byte> wrap(std::span<const std::byte> image, const Jpeg2000Header& header, const Size& drawn) {
  const std::string width = std::to_string(header.width_px);
  const std::string height = std::to_string(header.height_px);
  const std::string box = std::to_string(drawn.width) + " " + std::to_string(drawn.height);
  const std::string draw =
      "q " + std::to_string(drawn.width) + " 0 0 " + std::to_string(drawn.height) + " 0 0 cm /I Do Q";
  PdfWriter pdf;
  pdf.add("%PDF-1.7\n");
  pdf.object("<</Type/Catalog/Pages 2 0 R>>");
  pdf.object("<</Type/Pages/Kids[3 0 R]/Count 1>>");
  pdf.object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + box + "]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>");
  pdf.object("<</Length " + std::to_string(draw.size()) + ">>", std::as_bytes(std::span(draw)));
  pdf.object("<</Type/XObject/Subtype/Image/Filter/JPXDecode/Width " + width + "/Height " + height + "/Length " +
                 std::to_string(image.size()) + ">>",
             image);
  return std::move(pdf).finish();
}

/// PDFium draws nothing at all for an image that it cannot decode; the page alone would look like white paper.
bool can_decode_image(std::span<const std::byte> pdf) {
  const OwnedDocument document(FPDF_LoadMemDocument64(pdf.data(), pdf.size(), nullptr));
  const OwnedPage page(document ? FPDF_LoadPage(document.get(), 0) : nullptr);
  FPDF_PAGEOBJECT image = page ? FPDFPage_GetObject(page.get(), 0) : nullptr;
  return image != nullptr && FPDFPageObj_GetType(image) == FPDF_PAGEOBJ_IMAGE &&
         OwnedBitmap(FPDFImageObj_GetBitmap(image)) != nullptr;
}

/// Answers what `draw` makes of the page that the image fills, a pixel a point.
template <typename Image>
Result<Image> draw_wrapped(std::span<const std::byte> bytes, const Limits& limits, double side_max, const auto& draw) {
  const auto header = read_jpeg2000_header(bytes);
  if (!header) return fail(ErrorKind::corrupt, "", "no JPEG 2000 header with a size could be read");
  constexpr std::uint64_t reduction_max = 4;  // every sample is held, in 4 bytes
  if (std::uint64_t{header->width_px} * header->height_px > reduction_max * limits.page_pixels_max)
    return fail(ErrorKind::limit_pixels, "",
                "the image declares " + std::to_string(header->width_px) + " x " + std::to_string(header->height_px) +
                    " pixels, " + std::to_string(reduction_max * limits.page_pixels_max) + " are allowed");
  const std::vector<std::byte> pdf = wrap(bytes, *header, drawn_size(*header, limits, side_max));
  if (!can_decode_image(pdf)) return fail(ErrorKind::corrupt, "", "the JPEG 2000 image cannot be decoded");
  auto document = Document::open(pdf, {});
  if (!document) return std::unexpected(std::move(document).error());
  auto page = document->load_page(PageIndex{0});
  if (!page) return std::unexpected(std::move(page).error());
  Result<Image> image = draw(*page);
  if (image) image->dpi = 0;  // the image's own resolution is not known
  return image;
}

constexpr Dpi one_pixel_a_point{72};

}  // namespace

Result<GrayImage> decode_jpeg2000(std::span<const std::byte> bytes, const Limits& limits) {
  constexpr double recogniser_side_px_max = 32767;
  return draw_wrapped<GrayImage>(bytes, limits, recogniser_side_px_max,
                                 [&](Page& page) { return page.render(one_pixel_a_point, limits); });
}

Result<ColourImage> decode_jpeg2000_colour(std::span<const std::byte> bytes, const Limits& limits,
                                           std::uint32_t side_px_max) {
  return draw_wrapped<ColourImage>(bytes, limits, side_px_max, [&](Page& page) {
    return page.render_colour(one_pixel_a_point, limits, side_px_max);
  });
}

}  // namespace docmill::pdf
