#include "store/retried_store.h"

#include <gtest/gtest.h>

#include <string>

#include "net/retry.h"
#include "unit/base/virtual_clock.h"
#include "unit/mill/memory_store.h"

namespace docmill {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

class RetriedStoreTest : public testing::Test {
 protected:
  /// The next calls of this kind fail.
  void fail_next(StoreCall which, int failures, ErrorKind kind = ErrorKind::unavailable) {
    calls_ = 0;
    memory_->before = [this, which, failures, kind](StoreCall call, std::string_view) -> Result<void> {
      if (call != which || ++calls_ > failures) return {};
      return fail(kind, "store", "down");
    };
  }
  int calls() const { return calls_; }

  VirtualClock clock_;
  FixedRandom random_{7};
  MemoryStore* memory_ = new MemoryStore("store");
  std::unique_ptr<ObjectStore> store_ = make_retried_store(std::unique_ptr<ObjectStore>(memory_), clock_, random_);

 private:
  int calls_ = 0;
};

TEST_F(RetriedStoreTest, EveryCallIsRepeated) {
  memory_->set("a", "bytes");
  fail_next(StoreCall::head, 3);
  EXPECT_TRUE(store_->head("a").value());
  fail_next(StoreCall::get, 3);
  EXPECT_TRUE(store_->get("a", 100));
  fail_next(StoreCall::read_range, 3);
  EXPECT_EQ(store_->read_range("a", 0, 100), "bytes");
  fail_next(StoreCall::list, 3);
  EXPECT_TRUE(store_->list({}));
  fail_next(StoreCall::create, 3);
  EXPECT_TRUE(store_->create("b"));
  fail_next(StoreCall::remove, 3);
  EXPECT_TRUE(store_->remove("a"));
  EXPECT_EQ(clock_.sleeps().size(), 6U * 3U);
}

TEST_F(RetriedStoreTest, RemovingOneVersionIsOneCallOfTheStore) {
  const std::string etag = memory_->set("a", "bytes");
  fail_next(StoreCall::remove, 3);
  EXPECT_EQ(store_->remove_if("a", etag + "?"), false);
  EXPECT_EQ(calls(), 4);
  fail_next(StoreCall::head, 100);
  EXPECT_EQ(store_->remove_if("a", etag), true);
  EXPECT_EQ(calls(), 0) << "a look before it would leave a moment for somebody's write";
  EXPECT_FALSE(memory_->has("a"));
}

TEST_F(RetriedStoreTest, ACommitIsRepeatedWithTheBytesThatThereAre) {
  fail_next(StoreCall::commit, 3);
  EXPECT_TRUE(put(*store_, "a", bytes_of("bytes"), WriteCondition::if_absent()).value());
  EXPECT_EQ(memory_->bytes("a"), "bytes");
  EXPECT_EQ(calls(), 4);
}

TEST_F(RetriedStoreTest, ACommitWhoseBytesAreLostIsNotRepeated) {
  memory_->writers_keep_bytes = false;
  fail_next(StoreCall::commit, 3);
  EXPECT_FALSE(put(*store_, "a", bytes_of("bytes"), WriteCondition::if_absent()));
  EXPECT_EQ(calls(), 1);
}

TEST_F(RetriedStoreTest, ThereIsAnEndToIt) {
  fail_next(StoreCall::head, 100);
  EXPECT_EQ(store_->head("a").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(calls(), Backoff{}.attempts_max);
}

TEST_F(RetriedStoreTest, WhatWaitingDoesNotMendIsToldAtOnce) {
  fail_next(StoreCall::head, 1, ErrorKind::denied);
  EXPECT_EQ(store_->head("a").error().kind, ErrorKind::denied);
  EXPECT_EQ(calls(), 1);
}

}  // namespace
}  // namespace docmill
