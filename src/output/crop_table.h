// The table of crops of one document: a row for each region of the recipe, whatever became of its page.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "document/page.h"
#include "document/recipe.h"

namespace docmill {

/// In memory is a row for each region, of which there are at most crop_regions_max. One thread.
class CropTable {
 public:
  /// The recipe outlives it.
  CropTable(const Recipe& recipe, std::uint32_t page_count);

  /// What a page has of it. Regions of a page that could not be read have its error.
  void add(const ExtractedPage& page);

  /// One row a region, in the order of the recipe: of a page that never came with why. A batch of the table's
  /// child_schema.
  std::shared_ptr<arrow::RecordBatch> finish() const;

 private:
  std::shared_ptr<arrow::RecordBatch> row_of(std::uint32_t region) const;

  const Recipe& recipe_;
  std::uint32_t page_count_;
  std::vector<std::shared_ptr<arrow::RecordBatch>> rows_;  // by region; null: none came
  std::vector<std::optional<Error>> errors_;               // by region; of its page
};

}  // namespace docmill
