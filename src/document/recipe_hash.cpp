// Apart from recipe.cpp, so that the extraction program, which needs no hash, is not linked with OpenSSL.
#include <fmt/format.h>

#include "base/digest.h"
#include "document/recipe.h"

namespace docmill {

std::string hash_of(const Recipe& recipe) {
  // The leading format number changes when the same settings come to mean other output bytes.
  const std::string settings = fmt::format(
      "recipe 6\nocr={}\nocr_languages={}\nocr_dpi={}\ntext_length_min={}\ntrust={}\ntrust_min={}\nbatch_size={}\n"
      "document_size_bytes_max={}\npages_max={}\npage_pixels_max={}\npage_output_size_bytes_max={}\nbad_pages_max={}"
      "\nfont_dir={}\ntessdata_dir={}"
      "\n",
      name_of(recipe.ocr), recipe.ocr_languages, recipe.ocr_dpi, recipe.text_length_min, name_of(recipe.trust),
      recipe.trust_min, recipe.batch_size, recipe.limits.document_size_bytes_max, recipe.limits.pages_max,
      recipe.limits.page_pixels_max, recipe.limits.page_output_size_bytes_max, recipe.limits.bad_pages_max,
      recipe.font_dir, recipe.tessdata_dir);
  return sha256_hex(settings).substr(0, 16);
}

}  // namespace docmill
