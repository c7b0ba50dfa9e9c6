// Apart from recipe.cpp, so that the extraction program, which needs no hash, is not linked with OpenSSL.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include "base/digest.h"
#include "document/recipe.h"
#include "document/version.h"

namespace docmill {
namespace {

std::string hash_of_text(std::string_view text) { return sha256_hex(text).substr(0, 16); }

/// Of recipes with all pages nothing, as there was when there was no such setting.
std::string text_pages(const Recipe& recipe) {
  return recipe.text_pages.empty() ? "" : fmt::format("text_pages={}\n", fmt::join(recipe.text_pages, ","));
}

/// Settings that reach what is read of a page.
std::string reading_settings(const Recipe& recipe) {
  return fmt::format(
      "ocr={}\nocr_languages={}\nocr_dpi={}\ntext_length_min={}\ntrust={}\ntrust_min={}\nbatch_size={}\n"
      "document_size_bytes_max={}\npages_max={}\npage_pixels_max={}\npage_output_size_bytes_max={}\nbad_pages_max={}"
      "\nfont_dir={}\ntessdata_dir={}"
      "\n{}",
      name_of(recipe.ocr), recipe.ocr_languages, recipe.ocr_dpi, recipe.text_length_min, name_of(recipe.trust),
      recipe.trust_min, recipe.batch_size, recipe.limits.document_size_bytes_max, recipe.limits.pages_max,
      recipe.limits.page_pixels_max, recipe.limits.page_output_size_bytes_max, recipe.limits.bad_pages_max,
      recipe.font_dir, recipe.tessdata_dir, text_pages(recipe));
}

/// Settings that reach whether and how large a page is drawn, and where the files of the output lie.
std::string drawing_settings(const Recipe& recipe, OutputId output) {
  return fmt::format(
      "folder={}\ndocument_size_bytes_max={}\npages_max={}\npage_pixels_max={}\n"
      "page_output_size_bytes_max={}\nbad_pages_max={}\nfont_dir={}\n",
      recipe.layout.files_of(output), recipe.limits.document_size_bytes_max, recipe.limits.pages_max,
      recipe.limits.page_pixels_max, recipe.limits.page_output_size_bytes_max, recipe.limits.bad_pages_max,
      recipe.font_dir);
}

/// What writes files of the kind, in this version, of this quality: PNG has none.
std::string encoder_settings(FileKind kind, std::uint32_t quality) {
  switch (kind) {
    case FileKind::webp:
      return fmt::format("libwebp={}\nquality={}\n", webp_version, quality);
    case FileKind::jpeg:
      return fmt::format("libjpeg={}\nquality={}\n", jpeg_version, quality);
    case FileKind::png:
      return fmt::format("libpng={} zlib={}\n", png_version, deflate_version);
    case FileKind::json:
      break;
  }
  return "";
}

std::string page_image_settings(const Recipe& recipe) {
  const PageImages& images = recipe.page_images;
  return fmt::format("{}dpi={}\nlongest_edge_px={}\nthumbnail_edge_px={}\n{}",
                     drawing_settings(recipe, OutputId::page_images), images.dpi, images.longest_edge_px,
                     images.thumbnail_edge_px, encoder_settings(images.format, images.quality));
}

std::string crop_settings(const Recipe& recipe) {
  const Crops& crops = recipe.crops;
  std::string text = fmt::format("{}dpi={}\n{}", drawing_settings(recipe, OutputId::crops), crops.dpi,
                                 encoder_settings(FileKind::jpeg, crops.quality));
  for (const CropRegion& region : crops.regions)
    text += fmt::format("{} {} {} {} {} {} {}\n", region.name, region.page, region.x0, region.y0, region.x1, region.y1,
                        name_of(region.unit));
  return text;
}

/// What reaches the codes of a page, among it what reads them.
std::string code_settings(const Recipe& recipe) {
  return fmt::format(
      "zxing={}\nbatch_size={}\ndocument_size_bytes_max={}\npages_max={}\npage_pixels_max={}\n"
      "page_output_size_bytes_max={}\nbad_pages_max={}\nfont_dir={}\n{}",
      zxing_version, recipe.batch_size, recipe.limits.document_size_bytes_max, recipe.limits.pages_max,
      recipe.limits.page_pixels_max, recipe.limits.page_output_size_bytes_max, recipe.limits.bad_pages_max,
      recipe.font_dir,
      recipe.code_formats.empty() ? "" : fmt::format("formats={}\n", fmt::join(recipe.code_formats, ",")));
}

/// What reaches embedded images: what packs those that are no JPEG, and no drawing.
std::string image_settings(const Recipe& recipe) {
  return fmt::format(
      "zlib={}\nfolder={}\nbatch_size={}\ndocument_size_bytes_max={}\npages_max={}\npage_pixels_max={}\n"
      "page_output_size_bytes_max={}\nbad_pages_max={}\n",
      ZLIB_VERSION, recipe.layout.files_of(OutputId::images), recipe.batch_size, recipe.limits.document_size_bytes_max,
      recipe.limits.pages_max, recipe.limits.page_pixels_max, recipe.limits.page_output_size_bytes_max,
      recipe.limits.bad_pages_max);
}

/// What reaches the structure of a document: no page is drawn, and none is read but for its contents' hash.
std::string structure_settings(const Recipe& recipe) {
  return fmt::format("qpdf={}\nfolder={}\ndocument_size_bytes_max={}\npage_output_size_bytes_max={}\n", qpdf_version,
                     recipe.layout.files_of(OutputId::structure), recipe.limits.document_size_bytes_max,
                     recipe.limits.page_output_size_bytes_max);
}

}  // namespace

std::string hash_of(const Recipe& recipe, OutputId output) {
  // Each begins with a format number, which changes when the same settings come to mean other output bytes.
  switch (output) {
    case OutputId::text:
      return hash_of_text("recipe 6\n" + reading_settings(recipe));
    case OutputId::words:
      return hash_of_text("words 2\n" + reading_settings(recipe));
    case OutputId::page_images:
      return hash_of_text("page_images 3\n" + page_image_settings(recipe));
    case OutputId::links:
      return hash_of_text(
          fmt::format("links 1\nfolder={}\n{}", recipe.layout.files_of(output), reading_settings(recipe)));
    case OutputId::codes:
      return hash_of_text("codes 1\n" + code_settings(recipe));
    case OutputId::images:
      return hash_of_text("images 1\n" + image_settings(recipe));
    case OutputId::crops:
      return hash_of_text("crops 1\n" + crop_settings(recipe));
    case OutputId::structure:
      return hash_of_text("structure 1\n" + structure_settings(recipe));
  }
  return "";
}

std::string hash_of(const Recipe& recipe) {
  if (recipe.outputs == Outputs{OutputId::text}) return hash_of(recipe, OutputId::text);
  std::string hashes;
  for (const OutputId id : output_ids)
    if (recipe.outputs.has(id)) hashes += fmt::format("{}={}\n", output_of(id).name, hash_of(recipe, id));
  return hash_of_text(hashes);
}

}  // namespace docmill
