#include "sandbox/page_claims.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "document/page_choice.h"

namespace docmill {
namespace {

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorKind::bad_child_output, "extraction child", std::move(message));
}

Result<std::string> name_of_page_image(const PageImages& images, const PageOfRecipe& page, const FileLabel& label) {
  if (label.kind != images.format) return bad("a page image of another format");
  if (label.item == 0) return std::string();
  if (label.item != 1 || images.thumbnail_edge_px == 0) return bad("a page image that nobody asked for");
  return fmt::format("page_{:04}_thumb", page.page_index + 1);
}

Result<std::string> name_of_crop(const PageOfRecipe& page, const FileLabel& label) {
  const auto regions = regions_on(page.recipe, page.page_index, page.page_count);
  if (label.kind != FileKind::jpeg) return bad("a crop that is no JPEG");
  if (!std::ranges::binary_search(regions, label.item)) return bad("a crop that nobody asked for");
  return page.recipe.crops.regions[label.item].name;
}

std::optional<std::string> text_at(const arrow::RecordBatch& rows, const char* column, std::int64_t row) {
  const auto& values = static_cast<const arrow::StringArray&>(*rows.GetColumnByName(column));
  return values.IsNull(row) ? std::nullopt : std::optional(values.GetString(row));
}

}  // namespace

Result<std::string> name_of_file(const PageOfRecipe& page, const FileLabel& label) {
  switch (label.output) {
    case OutputId::page_images:
      return name_of_page_image(page.recipe.page_images, page, label);
    case OutputId::crops:
      return name_of_crop(page, label);
    case OutputId::images:
    case OutputId::structure:
    case OutputId::text:
    case OutputId::words:
    case OutputId::links:
    case OutputId::codes:
      break;
  }
  return std::string();
}

Result<void> check_crops(const PageOfRecipe& page, const ExtractedPage& rows, std::span<const PageFile> files) {
  const auto& crops = rows.rows_of(TableId::crops);
  if (crops == nullptr) return {};
  std::set<std::string, std::less<>> on_page, with_file;
  for (const std::uint32_t region : regions_on(page.recipe, page.page_index, page.page_count))
    on_page.insert(page.recipe.crops.regions[region].name);
  for (const PageFile& file : files)
    if (file.output == OutputId::crops) with_file.insert(file.name);
  for (std::int64_t row = 0; row < crops->num_rows(); ++row) {
    const std::string name = text_at(*crops, "name", row).value_or("");
    if (on_page.erase(name) == 0) return bad("a row of a region that is not of the page, or twice");
    const auto file = text_at(*crops, "file_name", row);
    const bool has_file = with_file.erase(name) > 0;
    if (has_file != file.has_value() || (file && *file != fmt::format("{}.{}", name, extension_of(FileKind::jpeg))) ||
        has_file == text_at(*crops, "error_kind", row).has_value())
      return bad("a row of a region whose file is another, or none");
  }
  if (!with_file.empty()) return bad("a crop without its row");
  return {};
}

}  // namespace docmill
