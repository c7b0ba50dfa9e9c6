#include <arrow/api.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "document/job.h"
#include "document/page.h"
#include "document/recipe_in_force.h"
#include "document/tables.h"

namespace docmill {
namespace {

TEST(DocumentStatusNames, MakeTheRoundTrip) {
  for (const auto* name : {"ok", "partial", "failed", "skipped"})
    EXPECT_EQ(name_of(document_status_from(name).value()), name);
  EXPECT_EQ(document_status_from("retry"), std::nullopt);
}

// The hash is written into every output: one that changes makes every user process every document again.
TEST(RecipeHash, OfTheDefaultsIsWhatItWas) { EXPECT_EQ(hash_of(Recipe{}), "a9940d7d8b7efb74"); }

TEST(RecipeHash, CoversEverySettingThatChangesOutput) {
  std::vector<Recipe> recipes(15);
  recipes[1].ocr = OcrMode::always;
  recipes[2].ocr_languages = "deu";
  recipes[3].ocr_dpi = 300;
  recipes[4].text_length_min = 21;
  recipes[5].batch_size = 51;
  recipes[6].limits.document_size_bytes_max += 1;
  recipes[7].limits.pages_max += 1;
  recipes[8].limits.page_pixels_max += 1;
  recipes[9].limits.page_output_size_bytes_max += 1;
  recipes[10].limits.bad_pages_max += 1;
  recipes[11].font_dir = "/fonts";
  recipes[12].tessdata_dir = "/fonts";
  recipes[13].trust = TrustMode::check;
  recipes[14].trust_min = 0.25;
  std::set<std::string> hashes;
  for (const Recipe& recipe : recipes) hashes.insert(hash_of(recipe));
  EXPECT_EQ(hashes.size(), recipes.size());
}

TEST(RecipeHash, LeavesTimeoutsAndMemoryOut) {
  Recipe recipe;
  recipe.limits.page_timeout = std::chrono::seconds(1);
  recipe.limits.document_timeout_base = std::chrono::seconds(1);
  recipe.limits.document_timeout_per_page = std::chrono::seconds(1);
  recipe.limits.document_timeout_per_ocr_page = std::chrono::seconds(1);
  recipe.limits.document_timeout_max = std::chrono::seconds(1);
  recipe.limits.child_memory_bytes_max = 1;
  EXPECT_EQ(hash_of(recipe), hash_of(Recipe{}));
}

void expect_valid(const PageRow& row) {
  const auto batch = rows_of(row, TableId::pages);
  EXPECT_TRUE(batch->schema()->Equals(*table_of(TableId::pages).child_schema));
  EXPECT_EQ(batch->num_rows(), 1);
  const auto status = batch->ValidateFull();
  EXPECT_TRUE(status.ok()) << status.ToString();
  for (int i = 0; i < batch->num_columns(); ++i)
    EXPECT_TRUE(batch->schema()->field(i)->nullable() || batch->column(i)->null_count() == 0) << batch->column_name(i);
}

TEST(PageRow, BecomesAValidRowOfTheSchema) {
  expect_valid({});
  PageRow row;
  row.page_index = 4;
  row.text = "gr\u00fcn\n\U0001F600";
  row.ocr_confidence = 99.5;
  row.width_pt = 1;
  row.height_pt = 2;
  row.warnings = {"form_text", "dpi_reduced"};
  row.error_kind = ErrorKind::crashed;
  row.error_message = "SIGSEGV";
  expect_valid(row);
  const auto batch = rows_of(row, TableId::pages);
  EXPECT_EQ(batch->GetColumnByName("page_number")->GetScalar(0).ValueOrDie()->ToString(), "5");
  EXPECT_EQ(batch->GetColumnByName("char_count")->GetScalar(0).ValueOrDie()->ToString(), "6");
  EXPECT_EQ(batch->GetColumnByName("error_kind")->GetScalar(0).ValueOrDie()->ToString(), "crashed");
}

TEST(Tables, DescribeEveryColumnOnce) {
  for (const Table* const table :
       {&table_of(TableId::pages), &table_of(TableId::words), &files_table(), &documents_table()}) {
    std::set<std::string_view> names;
    for (const Column& column : table->columns) {
      EXPECT_TRUE(names.insert(column.name).second) << column.name;
      EXPECT_FALSE(column.description.empty()) << column.name;
      EXPECT_TRUE(column.values.empty() || column.type->Equals(arrow::utf8())) << column.name;
    }
  }
}

// What a child sends of a table is what its file has, without the parent's columns and in the same order.
TEST(Tables, ChildrenFillTheColumnsThatAreTheirs) {
  for (const TableId id : table_ids) {
    const Table& table = table_of(id);
    arrow::FieldVector of_child;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].origin == ColumnOrigin::child) of_child.push_back(table.schema->field(static_cast<int>(i)));
    EXPECT_TRUE(table.child_schema->Equals(arrow::Schema(of_child)));
    EXPECT_TRUE(rows_of(PageRow{}, id)->schema()->Equals(*table.child_schema));
  }
}

TEST(Outputs, AreASetThatIsWrittenByNames) {
  const auto outputs = outputs_from("page_images,text").value();
  EXPECT_EQ(names_of(outputs), "text,page_images");
  EXPECT_EQ(outputs.primary(), OutputId::text);
  EXPECT_TRUE(outputs.has_files() && outputs.has_table(TableId::pages) && !outputs.has_table(TableId::words));
  EXPECT_EQ(outputs_from("words").value().primary(), OutputId::words);
  for (const std::string_view names : {"", "text,", "Text", "text,pictures", ","})
    EXPECT_EQ(outputs_from(names).error().kind, ErrorKind::invalid_input) << names;
}

/// Each differs from the first in one setting; hashes of the output differ from each other, those of `others` do not.
void expect_hashes_apart(const std::vector<Recipe>& recipes, OutputId output, std::initializer_list<OutputId> others) {
  std::set<std::string> hashes;
  for (const Recipe& recipe : recipes) {
    EXPECT_TRUE(hashes.insert(hash_of(recipe, output)).second);
    for (const OutputId other : others) EXPECT_EQ(hash_of(recipe, other), hash_of(recipes[0], other));
  }
}

TEST(OutputHashes, OfPageImagesCoverHowTheyAreMade) {
  std::vector<Recipe> recipes(8);
  recipes[1].page_images.format = FileKind::png;
  recipes[2].page_images.format = FileKind::jpeg;
  recipes[3].page_images.dpi = 72;
  recipes[4].page_images.longest_edge_px = 1000;
  recipes[5].page_images.thumbnail_edge_px = 100;
  recipes[6].page_images.quality = 81;
  recipes[7].layout.files_of(OutputId::page_images) = "p/";
  expect_hashes_apart(recipes, OutputId::page_images, {OutputId::text, OutputId::crops});
  Recipe finer = recipes[1];
  finer.page_images.quality = 1;
  EXPECT_EQ(hash_of(finer, OutputId::page_images), hash_of(recipes[1], OutputId::page_images)) << "PNG has no quality";
}

TEST(OutputHashes, OfCropsCoverTheirRegions) {
  Recipe recipe;
  recipe.crops.regions = {{.name = "a", .page = 2, .x0 = 1, .y0 = 2, .x1 = 3, .y1 = 4}};
  std::vector<Recipe> recipes(13, recipe);
  recipes[1].crops.regions[0].name = "b";
  recipes[2].crops.regions[0].page = -2;
  recipes[3].crops.regions[0].x0 = 1.5;
  recipes[4].crops.regions[0].y0 = 2.5;
  recipes[5].crops.regions[0].x1 = 3.5;
  recipes[6].crops.regions[0].y1 = 4.5;
  recipes[7].crops.regions[0].unit = CropUnit::pixels;
  recipes[8].crops.regions.push_back({.name = "c", .x1 = 1, .y1 = 1});
  recipes[9].crops.dpi = 72;
  recipes[10].crops.quality = 80;
  recipes[11].layout.files_of(OutputId::crops) = "c/";
  recipes[12].limits.pages_max = 7;
  expect_hashes_apart({recipes.begin(), recipes.begin() + 12}, OutputId::crops,
                      {OutputId::text, OutputId::page_images});
  EXPECT_NE(hash_of(recipes[12], OutputId::crops), hash_of(recipe, OutputId::crops));
}

TEST(OutputHashes, OfCodesCoverTheirKinds) {
  std::vector<Recipe> recipes(3);
  recipes[1].code_formats = {"EAN-13"};
  recipes[2].code_formats = {"EAN-13", "QR Code"};
  expect_hashes_apart(recipes, OutputId::codes, {OutputId::text, OutputId::words, OutputId::page_images});
}

TEST(OutputHashes, OfTextCoverItsPages) {
  std::vector<Recipe> recipes(3);
  recipes[1].text_pages = {1};
  recipes[2].text_pages = {1, 2};
  for (const OutputId output : {OutputId::text, OutputId::words, OutputId::links})
    expect_hashes_apart(recipes, output, {OutputId::page_images, OutputId::crops, OutputId::codes});
}

TEST(OutputHashes, CoverWhatReachesTheirOutput) {
  Recipe recipe;
  recipe.outputs = {OutputId::text, OutputId::words, OutputId::page_images};
  Recipe sharper = recipe;
  sharper.page_images.dpi = 300;
  EXPECT_EQ(hash_of(sharper, OutputId::text), hash_of(recipe, OutputId::text));
  EXPECT_EQ(hash_of(sharper, OutputId::words), hash_of(recipe, OutputId::words));
  EXPECT_NE(hash_of(sharper, OutputId::page_images), hash_of(recipe, OutputId::page_images));
  Recipe always = recipe;
  always.ocr = OcrMode::always;
  EXPECT_NE(hash_of(always, OutputId::text), hash_of(recipe, OutputId::text));
  EXPECT_NE(hash_of(always, OutputId::words), hash_of(recipe, OutputId::words));
  EXPECT_EQ(hash_of(always, OutputId::page_images), hash_of(recipe, OutputId::page_images));
  EXPECT_NE(hash_of(recipe), hash_of(Recipe{}));
  EXPECT_EQ(hash_of(Recipe{}), hash_of(recipe, OutputId::text)) << "of text alone it is as it was";
}

TEST(RecipeInForce, EqualRecipesAreOneObject) {
  Recipe recipe;
  const SharedRecipe first = in_force(recipe);
  EXPECT_EQ(in_force(recipe), first);
  Recipe of_words;
  of_words.outputs = {OutputId::words};
  EXPECT_EQ(with_outputs(in_force(of_words), {OutputId::text}), first);
  recipe.limits.page_timeout = std::chrono::seconds(1);
  EXPECT_NE(in_force(recipe), first) << "no hash covers it, and it decides whether a page is read";
  recipe = {};
  recipe.ocr_dpi = 300;
  EXPECT_NE(in_force(recipe), first);
}

// Amazon S3 User Guide: "right pad the shorter value with zeros, and then do a lexicographical comparison".
TEST(Sequencer, TheShorterOneIsFilledOnTheRight) {
  EXPECT_TRUE(is_later_sequencer("0055AED6DCD90281E6", "0055AED6DCD90281E5"));
  EXPECT_TRUE(is_later_sequencer("0055AED6DD", "0055AED6DCD90281E5"));
  EXPECT_TRUE(is_later_sequencer("0055aed6dcd90281e6", "0055AED6DCD90281E5")) << "digits are digits";
  EXPECT_FALSE(is_later_sequencer("0055AED6DC", "0055AED6DC0000"));
  EXPECT_FALSE(is_later_sequencer("0055AED6DC0000", "0055AED6DC"));
  EXPECT_FALSE(is_later_sequencer("0055AED6DC", "0055AED6DC01"));
}

TEST(Layout, IsAsTheOutputsAreDeclaredUnlessSomebodySaysOtherwise) {
  const Layout layout;
  EXPECT_EQ(layout.tables, "");
  EXPECT_EQ(layout.files_of(OutputId::page_images), "pdf_page_images/");
  EXPECT_FALSE(layout.fault());
  EXPECT_EQ(layout.prefixes(), (std::vector<std::string>{"", "_docmill/", "pdf_page_images/", "extracted_links/",
                                                         "images/", "crops/", "pdf-structure/"}));
}

TEST(Layout, SaysWhatIsWrongWithIt) {
  Layout layout;
  layout.files_of(OutputId::page_images) = "_docmill/images/";
  EXPECT_TRUE(layout.fault());
  layout.files_of(OutputId::page_images) = "";
  EXPECT_TRUE(layout.fault());
  layout = {};
  layout.tables = "_docmill/";
  EXPECT_TRUE(layout.fault());
}

TEST(Layout, TakesFoldersAsPrefixes) {
  for (const char* const good : {"", "a/", "a b/c/", "zone=text/", "..a/"}) EXPECT_TRUE(is_prefix(good)) << good;
  for (const char* const bad : {"a", "/", "/a/", "a//", "../", "a/../", "./", "a/./b/"})
    EXPECT_FALSE(is_prefix(bad)) << bad;
}

}  // namespace
}  // namespace docmill
