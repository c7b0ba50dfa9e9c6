// The window between the event loop and the thread that waits for pages.
#include "sandbox/task.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace docmill {
namespace {

class TaskTest : public ::testing::Test {
 protected:
  TaskTest() {
    task.page_count = 50'000;
    for (std::uint32_t page = 0; page < 50'000; ++page) task.due.push_back(page);
  }

  void arrives(std::uint32_t page) {
    ExtractedPage arrived;
    arrived.page_index = page;
    task.ready.emplace(page, Task::ReadyPage{.page = std::move(arrived), .size_bytes = row_overhead_bytes});
    task.ready_bytes += row_overhead_bytes;
  }

  Blob document;
  SharedRecipe recipe = in_force({});
  std::vector<std::string> passwords;
  ExtractRequest request{.document = document, .name = "a", .recipe = *recipe, .passwords = passwords, .pages = {}};
  Task task{request, {}};
};

TEST_F(TaskTest, HasNewsWhenThePageThatIsDueIsThere) {
  arrives(1);
  EXPECT_FALSE(task.has_news());
  arrives(0);
  EXPECT_TRUE(task.has_news());
  EXPECT_EQ(task.take_due()->page_index, 0U);
  EXPECT_EQ(task.take_due()->page_index, 1U);
  EXPECT_EQ(task.ready_bytes, 0U);
  EXPECT_FALSE(task.has_news());
}

// A small file can name very many pages.
TEST_F(TaskTest, LostPagesTakeNoRoomUntilTheirTurnComes) {
  arrives(0);
  arrives(2);
  task.rest_lost = Error{ErrorKind::crashed, "", "page 1"};
  EXPECT_EQ(task.ready.size(), 2U);
  for (std::uint32_t page = 0; page < task.due.size(); ++page) {
    ASSERT_TRUE(task.has_news());
    EXPECT_EQ(task.take_due().has_value(), page == 0 || page == 2) << page;
    ASSERT_TRUE(task.ready.size() <= 1);
  }
  EXPECT_EQ(task.ready_bytes, 0U);
  EXPECT_TRUE(task.has_news()) << "all pages were taken";
}

// A page's file waits for no earlier page.
TEST_F(TaskTest, FilesAreNewsWhateverPageIsDue) {
  task.files.push_back({.output = OutputId::page_images,
                        .page_index = 7,
                        .kind = FileKind::webp,
                        .bytes = make_blob(std::as_bytes(std::span("12345"))).value()});
  task.files_bytes = task.files.back().bytes.size_bytes();
  EXPECT_TRUE(task.has_news());
  EXPECT_EQ(task.take_file()->page_index, 7U);
  EXPECT_EQ(task.files_bytes, 0U);
  EXPECT_FALSE(task.take_file());
  EXPECT_FALSE(task.has_news());
}

}  // namespace
}  // namespace docmill
