#include "cli/recipe_of.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "cli/options/children.h"
#include "unit/cli/command_line.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

// What one group says and another, or none, uses would be lost in silence.
TEST_F(CommandLine, EveryLimitReachesRecipeAndSandbox) {
  const auto result = sweep({"--document-size-max",
                             "3MiB",
                             "--pages-max",
                             "4",
                             "--page-pixels-max",
                             "50000",
                             "--page-output-max",
                             "6KiB",
                             "--bad-pages-max",
                             "7",
                             "--page-timeout",
                             "8s",
                             "--document-timeout-base",
                             "9s",
                             "--document-timeout-per-page",
                             "10s",
                             "--document-timeout-per-ocr-page",
                             "11s",
                             "--document-timeout-max",
                             "12s",
                             "--child-memory",
                             "128MiB"});
  ASSERT_TRUE(result) << complaint(result);
  for (const Limits& limits : {recipe_of(result->settings).limits, sandbox_of(result->settings).limits}) {
    EXPECT_EQ(limits.document_size_bytes_max, 3 * MiB);
    EXPECT_EQ(limits.pages_max, 4U);
    EXPECT_EQ(limits.page_pixels_max, 50'000U);
    EXPECT_EQ(limits.page_output_size_bytes_max, 6 * KiB);
    EXPECT_EQ(limits.bad_pages_max, 7U);
    EXPECT_EQ(limits.page_timeout, 8s);
    EXPECT_EQ(limits.document_timeout_base, 9s);
    EXPECT_EQ(limits.document_timeout_per_page, 10s);
    EXPECT_EQ(limits.document_timeout_per_ocr_page, 11s);
    EXPECT_EQ(limits.document_timeout_max, 12s);
    EXPECT_EQ(limits.child_memory_bytes_max, 128 * MiB);
  }
}

TEST_F(CommandLine, EverySettingOfChildrenReachesTheSandbox) {
  surroundings_.font_dir = "/usr/share/docmill/fonts";
  const auto result = sweep({"--workers", "5", "--sandbox", "strict", "--documents-per-child", "6", "--sandbox-program",
                             "reader", "--font-dir", "f", "--tessdata-dir", "t", "--ocr-languages", "deu"});
  ASSERT_TRUE(result) << complaint(result);
  const SandboxSettings sandbox = sandbox_of(result->settings);
  EXPECT_EQ(sandbox.slots, 5U);
  EXPECT_EQ(sandbox.mode, SandboxMode::strict);
  EXPECT_EQ(sandbox.documents_per_child_max, 6U);
  EXPECT_EQ(sandbox.program, dir_ / "reader");
  EXPECT_EQ(sandbox.font_dir, dir_ / "f");
  EXPECT_EQ(sandbox.tessdata_dirs, TessdataDirs{dir_ / "t"});
  EXPECT_EQ(sandbox.ocr_languages, "deu");
  EXPECT_EQ(sandbox_of(sweep({"--ocr", "never"})->settings).ocr_languages, "");
}

// Other fonts and models may give other text; those that come with docmill are part of its version.
TEST_F(CommandLine, FoldersArePartOfTheRecipeWhereSomebodyNamesThem) {
  surroundings_.font_dir = "/usr/share/docmill/fonts";
  surroundings_.tessdata_dirs = {"/usr/share/docmill/tessdata"};
  const Recipe named = recipe_of(sweep({"--font-dir", "f", "--tessdata-dir", "t"})->settings);
  EXPECT_EQ(named.font_dir, dir_ / "f");
  EXPECT_EQ(named.tessdata_dir, dir_ / "t");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"--font-dir", "/usr/share/docmill/fonts"}}) {
    const auto unnamed = sweep(words);
    EXPECT_EQ(recipe_of(unnamed->settings).font_dir, "");
    EXPECT_EQ(recipe_of(unnamed->settings).tessdata_dir, "");
    EXPECT_EQ(sandbox_of(unnamed->settings).font_dir, "/usr/share/docmill/fonts");
  }
}

TEST(RecipeOf, GroupsThatAreMissingCountWithTheirDefaults) {
  EXPECT_EQ(hash_of(recipe_of(GroupValues())), hash_of(Recipe{}));
  EXPECT_EQ(sandbox_of(GroupValues()).limits.page_timeout, Limits{}.page_timeout);
}

}  // namespace
}  // namespace docmill
