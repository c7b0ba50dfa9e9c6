#include "cli/recipe_of.h"

#include <utility>

#include "cli/options/child_limits.h"
#include "cli/options/children.h"
#include "cli/options/codes.h"
#include "cli/options/crops.h"
#include "cli/options/document_limits.h"
#include "cli/options/languages.h"
#include "cli/options/layout.h"
#include "cli/options/outputs.h"
#include "cli/options/page_images.h"
#include "cli/options/row_groups.h"
#include "cli/options/text.h"
#include "document/ocr_languages.h"

namespace docmill {
namespace {

void take(Recipe& recipe, const TextOptions& text) {
  recipe.ocr = text.ocr;
  recipe.ocr_dpi = text.ocr_dpi;
  recipe.text_length_min = text.text_length_min;
  recipe.text_pages = text.text_pages;
  recipe.trust = text.trust;
  recipe.trust_min = text.trust_min;
}

void take(Limits& limits, const DocumentLimitOptions& given) {
  limits.document_size_bytes_max = given.document_size_bytes_max;
  limits.pages_max = given.pages_max;
  limits.page_pixels_max = given.page_pixels_max;
  limits.page_output_size_bytes_max = given.page_output_size_bytes_max;
  limits.bad_pages_max = given.bad_pages_max;
}

void take(Limits& limits, const ChildLimitOptions& given) {
  limits.page_timeout = given.page_timeout;
  limits.document_timeout_base = given.document_timeout_base;
  limits.document_timeout_per_page = given.document_timeout_per_page;
  limits.document_timeout_per_ocr_page = given.document_timeout_per_ocr_page;
  limits.document_timeout_max = given.document_timeout_max;
  limits.child_memory_bytes_max = given.child_memory_bytes_max;
}

}  // namespace

Recipe recipe_of(const GroupValues& values) {
  Recipe recipe;
  take(recipe, values.get_or_default<TextOptions>());
  take(recipe.limits, values.get_or_default<DocumentLimitOptions>());
  take(recipe.limits, values.get_or_default<ChildLimitOptions>());
  recipe.outputs = values.get_or_default<OutputsOptions>().outputs;
  recipe.page_images = values.get_or_default<PageImageOptions>().images;
  recipe.code_formats = values.get_or_default<CodeOptions>().formats;
  recipe.crops = values.get_or_default<CropOptions>().crops;
  recipe.layout = values.get_or_default<LayoutOptions>().layout;
  recipe.batch_size = values.get_or_default<RowGroupOptions>().pages;
  recipe.ocr_languages = values.get_or_default<LanguageOptions>().ocr_languages;
  const auto children = values.get_or_default<ChildrenOptions>();
  if (children.font_dir_is_named) recipe.font_dir = children.font_dir;
  if (children.tessdata_dir_is_named) recipe.tessdata_dir = children.tessdata_dirs.front();
  return recipe;
}

SandboxSettings sandbox_of(const GroupValues& values) {
  const Recipe recipe = recipe_of(values);
  auto children = values.get_or_default<ChildrenOptions>();
  SandboxSettings sandbox;
  sandbox.mode = children.mode;
  sandbox.slots = children.slots;
  sandbox.documents_per_child_max = children.documents_per_child_max;
  sandbox.limits = recipe.limits;
  sandbox.ocr_languages = recipe.ocr == OcrMode::never ? "" : recipe.ocr_languages;
  sandbox.script_model_missing = values.get_or_default<LanguageOptions>().script_model_missing;
  sandbox.program = std::move(children.program);
  sandbox.font_dir = std::move(children.font_dir);
  sandbox.tessdata_dirs = std::move(children.tessdata_dirs);
  return sandbox;
}

Result<void> settle_languages(GroupValues& values) {
  auto* const languages = values.find<LanguageOptions>();
  const auto* const children = values.find<ChildrenOptions>();
  if (languages == nullptr || children == nullptr || languages->ocr_languages != "auto") return {};
  if (values.get_or_default<TextOptions>().ocr == OcrMode::never) return {};
  auto installed = installed_ocr_languages(children->tessdata_dirs);
  if (!installed) return std::unexpected(std::move(installed).error());
  languages->ocr_languages = *std::move(installed);
  languages->script_model_missing = !tells_scripts(languages->ocr_languages);
  return {};
}

}  // namespace docmill
