#include "output/dataset/sorted_rows.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "output/dataset/gathered_rows.h"

namespace docmill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Row = std::pair<std::string, std::int32_t>;  // of a document, and which
using Rows = std::vector<Row>;

std::shared_ptr<arrow::Schema> schema() {
  return arrow::schema({arrow::field("source_uri", arrow::utf8(), false), arrow::field("n", arrow::int32(), false)});
}

std::shared_ptr<arrow::RecordBatch> batch_of(const Rows& rows) {
  auto builder = arrow::RecordBatchBuilder::Make(schema(), arrow::default_memory_pool()).ValueOrDie();
  for (const auto& [uri, n] : rows) {
    EXPECT_TRUE(builder->GetFieldAs<arrow::StringBuilder>(0)->Append(uri).ok());
    EXPECT_TRUE(builder->GetFieldAs<arrow::Int32Builder>(1)->Append(n).ok());
  }
  return builder->Flush().ValueOrDie();
}

std::unique_ptr<SortedRows> source(const std::vector<Rows>& batches) {
  std::vector<std::shared_ptr<arrow::RecordBatch>> made;
  for (const Rows& rows : batches) made.push_back(batch_of(rows));
  return sorted_batches(std::move(made));
}

Rows all_of(SortedRows& rows) {
  Rows all;
  for (auto batch = rows.next().value(); batch; batch = rows.next().value()) {
    EXPECT_GT(batch->num_rows(), 0);
    const auto& uris = static_cast<const arrow::StringArray&>(*batch->column(0));
    const auto& numbers = static_cast<const arrow::Int32Array&>(*batch->column(1));
    for (std::int64_t i = 0; i < batch->num_rows(); ++i) all.emplace_back(uris.GetString(i), numbers.Value(i));
  }
  return all;
}

Rows merge(const std::vector<std::vector<Rows>>& sources) {
  SortedSources made;
  for (const auto& batches : sources) made.push_back(source(batches));
  return all_of(*merged(std::move(made)));
}

TEST(MergedRows, AreInTheOrderOfAddresses) {
  EXPECT_THAT(merge({{{{"a", 1}, {"c", 2}}, {{"c", 3}, {"e", 4}}}, {{{"b", 5}, {"d", 6}}}}),
              ElementsAre(Row("a", 1), Row("b", 5), Row("c", 2), Row("c", 3), Row("d", 6), Row("e", 4)));
}

TEST(MergedRows, OfOneAddressStayTogetherBySource) {
  EXPECT_THAT(merge({{{{"a", 1}}, {{"a", 2}}}, {{{"a", 3}}, {{"a", 4}}}}),
              ElementsAre(Row("a", 1), Row("a", 2), Row("a", 3), Row("a", 4)));
}

TEST(MergedRows, OfNothingAreNone) {
  EXPECT_THAT(merge({}), IsEmpty());
  EXPECT_THAT(merge({{}, {}}), IsEmpty());
}

TEST(SplitRows, GiveWhatIsLessAndThenTheRest) {
  SplitRows split(source({{{"a", 1}, {"b", 2}, {"c", 3}}, {{"d", 4}}}));
  EXPECT_THAT(all_of(*split.until("b")), ElementsAre(Row("a", 1)));
  EXPECT_THAT(all_of(*split.until("b")), IsEmpty());
  EXPECT_THAT(all_of(*split.until("d")), ElementsAre(Row("b", 2), Row("c", 3)));
  EXPECT_THAT(all_of(*split.rest()), ElementsAre(Row("d", 4)));
}

// Any order of documents, any number of spills, against a sort of the standard library.
TEST(GatheredRows, AreSortedHoweverTheyCameAndWhereverTheyWait) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    RowSpool spool;
    GatheredRows gathered(schema());
    Rows expected;
    const int documents = 1 + static_cast<int>(random() % 3'000);
    for (int i = 0; i < documents; ++i) {
      const std::string uri = "u" + std::to_string(random() % 100'000) + "-" + std::to_string(i);
      Rows rows;
      for (std::int32_t n = 0; n < static_cast<std::int32_t>(1 + random() % 3); ++n) rows.emplace_back(uri, n);
      expected.insert(expected.end(), rows.begin(), rows.end());
      gathered.add(uri, {batch_of(rows)});
      if (random() % 60 == 0) {
        ASSERT_TRUE(gathered.spill(spool));
        EXPECT_EQ(gathered.memory_bytes(), 0);
      }
    }
    EXPECT_EQ(gathered.documents(), documents);
    std::ranges::stable_sort(expected);
    EXPECT_EQ(all_of(*gathered.take(spool)), expected) << seed;
    EXPECT_THAT(all_of(*gathered.take(spool)), IsEmpty());
  }
}

}  // namespace
}  // namespace docmill
