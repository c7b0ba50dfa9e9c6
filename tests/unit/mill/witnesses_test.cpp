#include "mill/witnesses.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "unit/mill/memory_store.h"

namespace docmill {
namespace {

class WitnessesTest : public testing::Test {
 protected:
  WitnessesTest() {
    for (const char* const key : {"a", "b", "c", "d", "e"}) store.set(key, "bytes");
    store.before = [this](StoreCall call, std::string_view key) -> Result<void> {
      if (call == StoreCall::list) {
        if (lists) return {};
        return fail(ErrorKind::denied, "", "no list");
      }
      ++asked;
      if (kind && (all || refused.contains(std::string(key)))) return std::unexpected(Error{*kind, "", "", scope});
      return {};
    };
  }
  void begun(const std::string& key) { witnesses.on_begun(store.uri(key), key); }
  void read(const std::string& key) {
    begun(key);
    witnesses.on_read(store.uri(key), key);
  }

  MemoryStore store{"bucket"};
  Witnesses witnesses;
  std::optional<ErrorKind> kind = ErrorKind::denied;
  std::optional<FaultScope> scope = {};
  std::set<std::string> refused;
  bool all = false, lists = false;
  int asked = 0;
};

TEST_F(WitnessesTest, AnObjectThatIsRefusedAmongReadableOnesIsAlone) {
  read("a");
  begun("b");
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::one_object);
  EXPECT_EQ(asked, 1);
}

TEST_F(WitnessesTest, WhatCouldBeReadAndCannotNowSpeaksAgainstThePlace) {
  read("a");
  begun("b");
  all = true;
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::place);
}

TEST_F(WitnessesTest, WithoutAnotherObjectNobodyKnows) {
  begun("b");
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::unknown);
  EXPECT_EQ(asked, 0) << "it is no witness for itself";
}

TEST_F(WitnessesTest, RefusedWitnessesSayNothingUnlessTheyWereRead) {
  for (const char* const key : {"a", "b", "c", "d", "e"}) begun(key);
  refused = {"c", "d", "e"};
  EXPECT_EQ(witnesses.judge(store, "e"), FaultScope::one_object) << "the third that is asked can be read";
  EXPECT_EQ(asked, 3);
}

TEST_F(WitnessesTest, AListingTellsOfOthersWhereNoneWasBegun) {
  lists = true;
  EXPECT_EQ(witnesses.judge(store, "a"), FaultScope::one_object);
}

TEST_F(WitnessesTest, ARemovedWitnessSaysNothingAgainstThePlace) {
  read("a");
  store.erase("a");
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::unknown);
}

// Expired credentials, or throttled: nothing is known of the object, but that this is no moment to blame it.
TEST_F(WitnessesTest, AFaultOfThePlaceIsOneOfThePlace) {
  begun("a");
  all = true;
  scope = FaultScope::place;
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::place);
  kind = ErrorKind::throttled;
  scope = {};
  begun("a");
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::place);
}

TEST_F(WitnessesTest, OthersThatAreInErrorAsWellAreNotAllThereAre) {
  kind = ErrorKind::unavailable;
  refused = {"a", "b", "c", "d"};
  for (const char* const key : {"a", "b", "c", "d"}) begun(key);
  lists = true;
  EXPECT_EQ(witnesses.judge(store, "a"), FaultScope::one_object) << "the last of the listing can be read";
}

TEST_F(WitnessesTest, WhereNoneCanBeReadAndNoneCouldNobodyKnows) {
  kind = ErrorKind::unavailable;
  all = lists = true;
  EXPECT_EQ(witnesses.judge(store, "a"), FaultScope::unknown);
}

TEST_F(WitnessesTest, BucketsAreApart) {
  witnesses.on_begun("s3://one/a.pdf", "one/a.pdf");
  witnesses.on_read("s3://one/a.pdf", "one/a.pdf");
  begun("b");
  EXPECT_EQ(witnesses.judge(store, "b"), FaultScope::unknown);
}

}  // namespace
}  // namespace docmill
