#include "mill/checkup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mill/mill_fixture.h"

namespace docmill {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using Verdict = Finding::Verdict;

auto found(Verdict verdict, const char* subject) {
  return Contains(AllOf(Field(&Finding::verdict, verdict), Field(&Finding::subject, HasSubstr(subject))));
}

class CheckupTest : public MillTest {
 protected:
  void deny(MemoryStore& store, StoreCall denied) {
    store.before = [denied](StoreCall call, std::string_view) -> Result<void> {
      if (call != denied) return {};
      return fail(ErrorKind::denied, "store", "s3:Something is missing");
    };
  }
};

TEST_F(CheckupTest, APlaceThatGrantsAllIsGoodAndLeftAsItWas) {
  EXPECT_THAT(check_source(source, {}), Each(Field(&Finding::verdict, Verdict::good)));
  EXPECT_THAT(check_output(output, random), Each(Field(&Finding::verdict, Verdict::good)));
  EXPECT_TRUE(output.keys().empty());
}

TEST_F(CheckupTest, WhatASourceDeniesIsNamed) {
  deny(source, StoreCall::read_range);
  EXPECT_THAT(check_source(source, {}), found(Verdict::bad, "read"));
  EXPECT_THAT(check_source(source, {.without_reading = "what follows"}), found(Verdict::notice, "read"));
  deny(source, StoreCall::list);
  EXPECT_THAT(check_source(source, {}), found(Verdict::bad, "list"));
  EXPECT_THAT(check_source(source, {.without_listing = "what follows"}), found(Verdict::notice, "list"));
}

TEST_F(CheckupTest, AnOutputThatMayBeWrittenAloneIsEnough) {
  deny(output, StoreCall::head);
  EXPECT_THAT(check_output(output, random), found(Verdict::notice, "look at an output"));
  deny(output, StoreCall::remove);
  EXPECT_THAT(check_output(output, random), found(Verdict::notice, "remove"));
  deny(output, StoreCall::commit);
  EXPECT_THAT(check_output(output, random), found(Verdict::bad, "write"));
}

/// A place that writes whatever the condition.
class CarelessStore final : public ObjectStore {
 public:
  explicit CarelessStore(MemoryStore& store) : store_(store) {}
  std::string uri(std::string_view key) const override { return store_.uri(key); }
  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override { return store_.list(options); }
  Result<std::optional<ObjectInfo>> head(std::string_view key) override { return store_.head(key); }
  Result<Object> get(std::string_view key, std::uint64_t max, Room* room) override {
    return store_.get(key, max, room);
  }
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override {
    return store_.read_range(key, offset, length);
  }
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    return std::make_unique<Writer>(store_.create(key).value());
  }
  Result<void> remove(std::string_view key) override { return store_.remove(key); }

 private:
  class Writer final : public ObjectWriter {
   public:
    explicit Writer(std::unique_ptr<ObjectWriter> writer) : writer_(std::move(writer)) {}
    Result<void> write(std::span<const std::byte> bytes) override { return writer_->write(bytes); }
    Result<std::optional<std::string>> commit(const WriteCondition&) override {
      return writer_->commit(WriteCondition::always());
    }

   private:
    std::unique_ptr<ObjectWriter> writer_;
  };
  MemoryStore& store_;
};

TEST_F(CheckupTest, APlaceThatIgnoresConditionsIsFoundOut) {
  CarelessStore careless(output);
  EXPECT_THAT(check_output(careless, random), found(Verdict::bad, "write under a condition"));
}

}  // namespace
}  // namespace docmill
