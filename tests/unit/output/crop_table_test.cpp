#include "output/crop_table.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace docmill {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(const arrow::RecordBatch& rows, const char* column) {
  const auto& values = static_cast<const arrow::StringArray&>(*rows.GetColumnByName(column));
  std::vector<std::string> all;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row)
    all.push_back(values.IsNull(row) ? "-" : values.GetString(row));
  return all;
}

std::vector<int> page_numbers(const arrow::RecordBatch& rows) {
  const auto& values = static_cast<const arrow::UInt32Array&>(*rows.GetColumnByName("page_number"));
  std::vector<int> all;
  for (std::int64_t row = 0; row < rows.num_rows(); ++row)
    all.push_back(values.IsNull(row) ? -1 : static_cast<int>(values.Value(row)));
  return all;
}

TEST(CropTable, HasOneRowARegionInTheOrderOfTheRecipe) {
  Recipe recipe;
  recipe.outputs = {OutputId::crops};
  recipe.limits.pages_max = 3;
  recipe.crops.regions = {{.name = "none", .page = 9},  {.name = "late", .page = 2}, {.name = "early", .page = 1},
                          {.name = "lost", .page = -2}, {.name = "cut", .page = 4},  {.name = "silent", .page = 2}};
  CropTable table(recipe, 4);
  PageRow page;
  page.crops = {{.name = "early", .page = 1, .file_name = "early.jpg"}};
  table.add(extracted(page, recipe.outputs));
  page.page_index = 1;
  page.crops = {{.name = "late", .page = 2, .file_name = "late.jpg"}};
  table.add(extracted(page, recipe.outputs));
  page.page_index = 2;
  page.crops.clear();
  page.error_kind = ErrorKind::page_timeout;
  page.error_message = "too long";
  table.add(extracted(page, recipe.outputs));
  const auto rows = table.finish();
  ASSERT_TRUE(rows->schema()->Equals(*table_of(TableId::crops).child_schema));
  EXPECT_TRUE(rows->ValidateFull().ok());
  EXPECT_THAT(texts(*rows, "name"), ElementsAre("none", "late", "early", "lost", "cut", "silent"));
  EXPECT_THAT(texts(*rows, "error_kind"),
              ElementsAre("invalid_input", "-", "-", "page_timeout", "limit_pages", "bad_child_output"));
  EXPECT_THAT(texts(*rows, "file_name"), ElementsAre("-", "late.jpg", "early.jpg", "-", "-", "-"));
  EXPECT_THAT(page_numbers(*rows), ElementsAre(-1, 2, 1, 3, 4, 2));
}

}  // namespace
}  // namespace docmill
