// A child that says of files what the recipe did not ask for.
#include "sandbox/page_claims.h"

#include <gtest/gtest.h>

#include <vector>

namespace docmill {
namespace {

Recipe recipe_with_crops() {
  Recipe recipe;
  recipe.outputs = {OutputId::crops, OutputId::page_images};
  recipe.crops.regions = {{.name = "a", .page = 2}, {.name = "b", .page = 1}, {.name = "c", .page = -1}};
  return recipe;
}

PageCrop with_file(std::string name) {
  std::string file = name + ".jpg";
  return {.name = std::move(name), .file_name = std::move(file)};
}

PageCrop without_file(std::string name) { return {.name = std::move(name), .error_kind = ErrorKind::limit_output}; }

PageFile file_of(std::string name) {
  return {.output = OutputId::crops, .page_index = 1, .kind = FileKind::jpeg, .name = std::move(name), .bytes = {}};
}

class PageClaims : public testing::Test {
 protected:
  Result<std::string> name(FileLabel label) const { return name_of_file(page_, label); }
  /// `names`: of the files that came.
  bool accepts(std::vector<PageCrop> crops, const std::vector<std::string>& names) const {
    PageRow row;
    row.page_index = 1;
    row.crops = std::move(crops);
    std::vector<PageFile> files;
    for (const std::string& file : names) files.push_back(file_of(file));
    return check_crops(page_, extracted(row, recipe_.outputs), files).has_value();
  }

  Recipe recipe_ = recipe_with_crops();
  PageOfRecipe page_{.recipe = recipe_, .page_index = 1, .page_count = 2};
};

TEST_F(PageClaims, CropsAreNamedAsTheRecipeNamesThem) {
  EXPECT_EQ(name({.output = OutputId::crops, .kind = FileKind::jpeg, .item = 0}), "a");
  EXPECT_EQ(name({.output = OutputId::crops, .kind = FileKind::jpeg, .item = 2}), "c");
  for (const FileLabel& label : {FileLabel{.output = OutputId::crops, .kind = FileKind::jpeg, .item = 1},
                                 FileLabel{.output = OutputId::crops, .kind = FileKind::jpeg, .item = 3},
                                 FileLabel{.output = OutputId::crops, .kind = FileKind::jpeg, .item = UINT32_MAX},
                                 FileLabel{.output = OutputId::crops, .kind = FileKind::png, .item = 0}})
    EXPECT_EQ(name(label).error().kind, ErrorKind::bad_child_output) << label.item;
}

TEST_F(PageClaims, PageImagesAreOfTheFormatAndThumbnailsAskedFor) {
  EXPECT_EQ(name({.output = OutputId::page_images, .kind = FileKind::webp}), "");
  EXPECT_FALSE(name({.output = OutputId::page_images, .kind = FileKind::png}));
  EXPECT_FALSE(name({.output = OutputId::page_images, .kind = FileKind::webp, .item = 1}));
  recipe_.page_images.thumbnail_edge_px = 100;
  EXPECT_EQ(name({.output = OutputId::page_images, .kind = FileKind::webp, .item = 1}), "page_0002_thumb");
  EXPECT_FALSE(name({.output = OutputId::page_images, .kind = FileKind::webp, .item = 2}));
}

TEST_F(PageClaims, RowsOfCropsAreThoseOfTheFilesThatCame) {
  EXPECT_TRUE(accepts({with_file("a"), without_file("c")}, {"a"}));
  EXPECT_TRUE(accepts({}, {})) << "the parent tells why";
  EXPECT_FALSE(accepts({with_file("a")}, {})) << "no file";
  EXPECT_FALSE(accepts({without_file("a")}, {"a"})) << "a file and an error";
  EXPECT_FALSE(accepts({}, {"a"})) << "no row";
  EXPECT_FALSE(accepts({with_file("a"), with_file("a")}, {"a"})) << "twice";
  EXPECT_FALSE(accepts({without_file("b")}, {})) << "of another page";
  EXPECT_FALSE(accepts({without_file("z")}, {})) << "of no region";
  PageCrop other = with_file("a");
  other.file_name = "../a.jpg";
  EXPECT_FALSE(accepts({other}, {"a"}));
  PageCrop neither{.name = "a"};
  EXPECT_FALSE(accepts({neither}, {})) << "neither a file nor an error";
}

}  // namespace
}  // namespace docmill
