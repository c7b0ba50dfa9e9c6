#include "mill/output_freshness.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/mill/memory_store.h"

namespace docmill {
namespace {

TEST(FailedMarks, AreFoundInNearlyTheOrderOfKeysAndLongAfter) {
  MemoryStore store("output");
  const auto name = [](std::size_t number) { return fmt::format("d{:06}.pdf", number); };
  const std::size_t count = FailedMarks::remembered_max + 10;
  for (std::size_t i = 0; i < count; i += 2) store.set(failed_mark_key(name(i)), "mark");
  auto marks = FailedMarks::list(store).value();
  std::size_t asked = 0;
  store.before = [&](StoreCall call, std::string_view) {
    asked += call == StoreCall::head ? 1 : 0;
    return Result<void>();
  };
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(marks.find(name(i)).value().has_value(), i % 2 == 0) << i;
  EXPECT_TRUE(marks.find(name(10)).value()) << "before one that was found";
  EXPECT_FALSE(marks.find(name(11)).value());
  EXPECT_FALSE(marks.find("e.pdf").value()) << "behind all";
  EXPECT_EQ(asked, 0U) << "a listing does, in one order or nearly so";
}

TEST(PathOfCutName, HasAsManyPartsAsTheKeyHasFolders) {
  const Table& pages = table_of(TableId::pages);
  const std::string path = "a/b%/" + std::string(300, 'n') + ".pdf";
  const std::string key = table_name(path, pages.suffix);
  ASSERT_TRUE(document_of_output({}, key)->is_cut);
  EXPECT_EQ(path_of_cut_name(key, pages, "s3://bucket/raw/a/b%25/" + std::string(300, 'n') + ".pdf"), path);
  EXPECT_FALSE(path_of_cut_name(key, pages, "s3://bucket/raw/a/b%25/other.pdf")) << "its key is another";
  EXPECT_FALSE(path_of_cut_name(key, pages, "x.pdf"));
}

}  // namespace
}  // namespace docmill
