#include "extract/page_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "extract/canvas.h"
#include "extract/pdf/pdf.h"

namespace docmill::extract {
namespace {

// Okabe and Ito, "Color Universal Design", 2008.
constexpr Colour blue{.red = 0x00, .green = 0x72, .blue = 0xB2};
constexpr Colour sky_blue{.red = 0x56, .green = 0xB4, .blue = 0xE9};
constexpr Colour bluish_green{.red = 0x00, .green = 0x9E, .blue = 0x73};
constexpr Colour orange{.red = 0xE6, .green = 0x9F, .blue = 0x00};
constexpr Colour reddish_purple{.red = 0xCC, .green = 0x79, .blue = 0xA7};
constexpr Colour vermilion{.red = 0xD5, .green = 0x5E, .blue = 0x00};

struct LegendEntry {
  Colour colour;
  std::string label;
};

class Drawing {
 public:
  Drawing(ColourImage& image, const PageRow& row, Outputs outputs)
      : canvas_(image, row.width_pt.value_or(0)), row_(row), outputs_(outputs) {
    constexpr double pixels_per_line = 1000;  // of the page's longer side
    thin_px_ = static_cast<std::uint32_t>(std::max(image.width_px, image.height_px) / pixels_per_line) + 1;
  }

  /// From the largest boxes to the smallest, which are seen above the others.
  std::vector<LegendEntry> draw() {
    draw_all(OutputId::images, row_.images, orange, "images");
    draw_crops();
    draw_words();
    draw_all(OutputId::links, row_.links, bluish_green, "links");
    draw_codes();
    return std::move(legend_);
  }

 private:
  void add_to_legend(Colour colour, std::string_view name, std::size_t count) {
    legend_.push_back({.colour = colour, .label = fmt::format("{} {}", count, name)});
  }

  template <typename Boxed>
  void draw_all(OutputId output, const std::vector<Boxed>& boxed, Colour colour, std::string_view name) {
    if (!outputs_.has(output)) return;
    for (const Boxed& one : boxed) canvas_.draw(one.box, colour, 2 * thin_px_);
    add_to_legend(colour, name, boxed.size());
  }

  void draw_words() {
    if (!outputs_.has(OutputId::words)) return;
    const auto is_recognised = [](const PageWord& word) { return word.source == WordSource::ocr; };
    for (const PageWord& word : row_.words) canvas_.draw(word.box, is_recognised(word) ? sky_blue : blue, thin_px_);
    const auto recognised = static_cast<std::size_t>(std::ranges::count_if(row_.words, is_recognised));
    if (recognised < row_.words.size() || row_.words.empty())
      add_to_legend(blue, "words", row_.words.size() - recognised);
    if (recognised > 0) add_to_legend(sky_blue, "recognised words", recognised);
  }

  void draw_crops() {
    if (!outputs_.has(OutputId::crops)) return;
    std::size_t drawn = 0;
    for (const PageCrop& crop : row_.crops) {
      if (!crop.box) continue;
      canvas_.draw(*crop.box, reddish_purple, 2 * thin_px_);
      ++drawn;
    }
    add_to_legend(reddish_purple, "crops", drawn);
  }

  void draw_codes() {
    if (!outputs_.has(OutputId::codes)) return;
    for (const PageCode& code : row_.codes)
      for (std::size_t i = 0; i < code.corners.size(); ++i)
        canvas_.draw_line(code.corners[i], code.corners[(i + 1) % code.corners.size()], vermilion, 2 * thin_px_);
    add_to_legend(vermilion, "codes", row_.codes.size());
  }

  Canvas canvas_;
  const PageRow& row_;
  Outputs outputs_;
  std::uint32_t thin_px_;
  std::vector<LegendEntry> legend_;
};

// Of the legend, in pixels.
constexpr std::uint32_t cell_width_px = 150, cell_height_px = 20, margin_px = 8;

/// A document of one page: a square in its colour, and a label, for each entry.
std::string legend_pdf(std::uint32_t width_px, std::uint32_t height_px, const std::vector<LegendEntry>& entries) {
  const std::uint32_t in_a_row = std::max((width_px - margin_px) / cell_width_px, 1U);
  std::string content = fmt::format("0.6 G 0 {0} m {1} {0} l S\n", height_px - 0.5, width_px);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [colour, label] = entries[i];
    const std::size_t x = margin_px + ((i % in_a_row) * cell_width_px);
    const std::size_t y = height_px - margin_px - (((i / in_a_row) + 1) * cell_height_px);
    content +=
        fmt::format("{:.3f} {:.3f} {:.3f} rg {} {} 12 12 re f 0 g BT /F 12 Tf {} {} Td ({}) Tj ET\n",
                    colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, x, y + 4, x + 18, y + 6, label);
  }
  return fmt::format(
      "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
      "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents 4 0 R/Resources<</Font<</F "
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj\n"
      "4 0 obj <</Length {}>> stream\n{}endstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n",
      width_px, height_px, content.size(), content);
}

Result<ColourImage> legend_of(std::uint32_t width_px, const std::vector<LegendEntry>& entries) {
  const std::uint32_t in_a_row = std::max((width_px - margin_px) / cell_width_px, 1U);
  const auto rows = static_cast<std::uint32_t>((entries.size() + in_a_row - 1) / in_a_row);
  const std::string pdf = legend_pdf(width_px, (rows * cell_height_px) + (2 * margin_px), entries);
  Result<pdf::Document> document = pdf::Document::open(std::as_bytes(std::span(pdf)), {});
  if (!document) return std::unexpected(std::move(document).error());
  Result<pdf::Page> page = document->load_page({0});
  if (!page) return std::unexpected(std::move(page).error());
  constexpr double dpi = 72;  // a pixel a point
  return page->render_colour({dpi}, Limits{}, UINT16_MAX);
}

/// One image above the other, on white.
ColourImage stacked(const ColourImage& upper, const ColourImage& lower) {
  ColourImage all{.width_px = std::max(upper.width_px, lower.width_px),
                  .height_px = upper.height_px + lower.height_px,
                  .dpi = upper.dpi,
                  .pixels = {}};
  const std::size_t row_size = std::size_t{all.width_px} * ColourImage::samples;
  constexpr std::uint8_t white = 255;
  all.pixels.assign(row_size * all.height_px, white);
  auto row = all.pixels.begin();
  for (const ColourImage* image : {&upper, &lower}) {
    const auto own_size = static_cast<std::ptrdiff_t>(image->width_px) * ColourImage::samples;
    for (auto from = image->pixels.begin(); from != image->pixels.end(); from += own_size) {
      std::copy(from, from + own_size, row);
      row += static_cast<std::ptrdiff_t>(row_size);
    }
  }
  return all;
}

}  // namespace

Result<ColourImage> with_boxes(ColourImage page, const PageRow& row, Outputs outputs) {
  const std::vector<LegendEntry> entries = Drawing(page, row, outputs).draw();
  const std::uint32_t width_px = std::max(page.width_px, cell_width_px + margin_px);
  const Result<ColourImage> legend = legend_of(width_px, entries);
  if (!legend) return std::unexpected(legend.error());
  return stacked(page, *legend);
}

}  // namespace docmill::extract
