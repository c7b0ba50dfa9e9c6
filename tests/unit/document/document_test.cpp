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
