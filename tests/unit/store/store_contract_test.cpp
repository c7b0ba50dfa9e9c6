// Every object store passes this suite: a folder, and a prefix of a bucket.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "store/folder_store.h"
#include "store/s3_store.h"
#include "unit/store/moto.h"
#include "unit/store/temporary_folder.h"

namespace docmill {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string text_of(const Blob& blob) { return blob.text(); }

/// One place; every call of open() gives another client of it, as another process would have.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<ObjectStore> open() = 0;
};

class FolderBackend final : public Backend {
 public:
  std::unique_ptr<ObjectStore> open() override { return open_folder_store(folder_.path(), false).value(); }

 private:
  TemporaryFolder folder_;
};

/// Pages of seven keys, so that a listing has many; a prefix that looks like what real buckets have.
class S3Backend final : public Backend {
 public:
  std::unique_ptr<ObjectStore> open() override {
    return open_s3_store(s3_, {.bucket = bucket_, .prefix = "env=prod/zone raw+/"}, {.list_page_objects_max = 7})
        .value();
  }

 private:
  aws::S3 s3_{Moto::get()->client(), {}};
  std::string bucket_ = Moto::get()->make_bucket();
};

struct BackendKind {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;  // nullptr where its server is not installed
  bool keys_are_paths = false;
  bool keys_are_unicode = false;
  bool works_after_fork = false;
};

class StoreContract : public testing::TestWithParam<BackendKind> {
 protected:
  void SetUp() override {
    if (!backend_) GTEST_SKIP() << "moto is not installed: setup/install.sh --tests";
    store_ = backend_->open();
  }
  ObjectStore& store() { return *store_; }
  Backend& backend() { return *backend_; }

  std::optional<std::string> put_text(std::string_view key, std::string_view text,
                                      const WriteCondition& condition = WriteCondition::always()) {
    auto etag = put(store(), key, bytes_of(text), condition);
    EXPECT_TRUE(etag) << etag.error().text();
    return etag.value_or(std::nullopt);
  }
  std::string get_text(std::string_view key) {
    const auto object = store().get(key, 1 << 20);
    return object ? std::string(text_of(object->blob)) : object.error().text();
  }
  std::vector<std::string> keys(const ListOptions& options = {}) {
    std::vector<std::string> keys;
    auto listing = store().list(options).value();
    for (auto info = listing->next().value(); info; info = listing->next().value()) keys.push_back(info->key);
    return keys;
  }

 private:
  std::unique_ptr<Backend> backend_ = GetParam().make();
  std::unique_ptr<ObjectStore> store_;
};

TEST_P(StoreContract, WhatIsPutIsRead) {
  const auto etag = put_text("a/b.txt", "hello");
  const auto object = store().get("a/b.txt", 5);
  ASSERT_TRUE(object) << object.error().text();
  EXPECT_EQ(text_of(object->blob), "hello");
  EXPECT_EQ(object->info.key, "a/b.txt");
  EXPECT_EQ(object->info.size_bytes, 5U);
  EXPECT_EQ(object->info.etag, etag);
}

TEST_P(StoreContract, AReadWaitsForRoomAndHoldsIt) {
  ASSERT_TRUE(put_text("a", "12345678"));
  const auto concurrency = make_system_concurrency();
  ByteBudget budget(10, *concurrency);
  const auto fits = [&](std::uint64_t bytes) { return Room(budget).try_ask(bytes); };
  std::optional<Result<Object>> read;
  Room room(budget), others(budget);
  others.ask(5);
  std::jthread reader([&] { read = store().get("a", 100, &room); });
  while (fits(1)) std::this_thread::yield();  // until somebody waits
  others.give_back();
  reader.join();
  ASSERT_TRUE(*read) << read->error().text();
  EXPECT_EQ(text_of((*read)->blob), "12345678");
  EXPECT_FALSE(fits(3));
  room.give_back();
  EXPECT_TRUE(fits(10));
}

TEST_P(StoreContract, AReadOfWhatIsNotThereHoldsNoRoom) {
  const auto concurrency = make_system_concurrency();
  ByteBudget budget(10, *concurrency);
  Room room(budget);
  EXPECT_FALSE(store().get("none", 100, &room));
  EXPECT_TRUE(Room(budget).try_ask(10));
}

TEST_P(StoreContract, AnEmptyObjectIsAnObject) {
  ASSERT_TRUE(put_text("empty", ""));
  EXPECT_EQ(get_text("empty"), "");
  EXPECT_EQ(store().head("empty").value()->size_bytes, 0U);
}

TEST_P(StoreContract, ABigObjectWrittenInPiecesIsWhole) {
  std::string whole;
  auto writer = store().create("big").value();
  std::mt19937 random(1);
  for (const std::size_t size : {1UL, 100'000UL, 300'000UL, 262'144UL, 7UL, 500'000UL}) {
    std::string piece(size, '\0');
    for (char& c : piece) c = static_cast<char>(random());
    ASSERT_TRUE(writer->write(bytes_of(piece)));
    whole += piece;
  }
  ASSERT_TRUE(writer->commit(WriteCondition::always()).value());
  const auto object = store().get("big", whole.size()).value();
  EXPECT_TRUE(text_of(object.blob) == whole);
}

TEST_P(StoreContract, HeadOfAnAbsentObjectIsNothing) {
  EXPECT_EQ(store().head("nothing").value(), std::nullopt);
  EXPECT_EQ(store().head("no/folder/either").value(), std::nullopt);
}

TEST_P(StoreContract, AnAbsentObjectIsSourceGone) {
  EXPECT_EQ(store().get("nothing", 10).error().kind, ErrorKind::source_gone);
  EXPECT_EQ(store().read_range("nothing", 0, 10).error().kind, ErrorKind::source_gone);
}

TEST_P(StoreContract, AnObjectAboveTheLimitIsLimitBytesWithBothNumbers) {
  put_text("a", "12345");
  const auto object = store().get("a", 4);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::limit_bytes);
  EXPECT_EQ(object.error().message, "5 bytes, the limit is 4");
}

TEST_P(StoreContract, ARangeEndsWithTheObject) {
  put_text("a", "0123456789");
  EXPECT_EQ(store().read_range("a", 2, 3).value(), "234");
  EXPECT_EQ(store().read_range("a", 8, 100).value(), "89");
  EXPECT_EQ(store().read_range("a", 10, 1).value(), "");
  EXPECT_EQ(store().read_range("a", 1'000'000, 1).value(), "");
  EXPECT_EQ(store().read_range("a", 0, ~std::uint64_t{0}).value(), "0123456789");
}

TEST_P(StoreContract, NothingIsVisibleBeforeCommit) {
  auto writer = store().create("folder/a").value();
  ASSERT_TRUE(writer->write(bytes_of(std::string(1 << 20, 'x'))));
  EXPECT_EQ(store().head("folder/a").value(), std::nullopt);
  EXPECT_TRUE(keys().empty());
}

TEST_P(StoreContract, AWriterThatIsDroppedLeavesNothing) {
  store().create("a").value()->write(bytes_of("gone")).value();
  EXPECT_EQ(store().head("a").value(), std::nullopt);
  EXPECT_TRUE(keys().empty());
}

TEST_P(StoreContract, AConditionThatDoesNotHoldChangesNothing) {
  put_text("a", "old");
  EXPECT_EQ(put_text("a", "new", WriteCondition::if_absent()), std::nullopt);
  EXPECT_EQ(put_text("a", "new", WriteCondition::if_etag("other")), std::nullopt);
  EXPECT_EQ(put_text("b", "new", WriteCondition::if_etag("other")), std::nullopt);
  EXPECT_EQ(get_text("a"), "old");
  EXPECT_EQ(store().head("b").value(), std::nullopt);
}

// Taken for no condition at all it would write over whatever is there.
TEST_P(StoreContract, AConditionThatNamesNoVersionIsAnError) {
  put_text("a", "old");
  for (const char* const key : {"a", "b"}) {
    const auto written = put(store(), key, bytes_of("new"), WriteCondition::if_etag(""));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::invalid_input);
    EXPECT_NE(written.error().text().find(store().uri(key)), std::string::npos) << written.error().text();
  }
  EXPECT_EQ(get_text("a"), "old");
  EXPECT_EQ(store().head("b").value(), std::nullopt);
}

TEST_P(StoreContract, TheRightEtagReplaces) {
  const auto old_etag = put_text("a", "old");
  const auto new_etag = put_text("a", "new", WriteCondition::if_etag(*old_etag));
  ASSERT_TRUE(new_etag);
  EXPECT_EQ(get_text("a"), "new");
  EXPECT_EQ(store().head("a").value()->etag, *new_etag);
}

TEST_P(StoreContract, ACommitMayBeRepeatedUnderAnotherCondition) {
  const auto old_etag = put_text("a", "old");
  auto writer = store().create("a").value();
  ASSERT_TRUE(writer->write(bytes_of("new")));
  EXPECT_EQ(writer->commit(WriteCondition::if_absent()).value(), std::nullopt);
  EXPECT_TRUE(writer->commit(WriteCondition::if_etag(*old_etag)).value());
  EXPECT_EQ(get_text("a"), "new");
}

TEST_P(StoreContract, EveryVersionHasItsOwnEtagEvenAtOneSizeAndInOneTick) {
  std::set<std::string> etags;
  for (int i = 0; i < 200; ++i) etags.insert(*put_text("a", std::to_string(1000 + i)));
  EXPECT_EQ(etags.size(), 200U);
}

TEST_P(StoreContract, RemoveIfRemovesOneVersionOnly) {
  const auto first = put_text("a", "one");
  const auto second = put_text("a", "another");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(store().remove_if("a", *first).value(), false);
  EXPECT_EQ(get_text("a"), "another");
  EXPECT_EQ(store().remove_if("a", *second).value(), true);
  EXPECT_EQ(store().head("a").value(), std::nullopt);
  EXPECT_EQ(store().remove_if("a", *second).value(), false);
  EXPECT_EQ(store().remove_if("none/b", *second).value(), false);
}

TEST_P(StoreContract, RemoveRemovesAndAbsenceIsNoError) {
  put_text("a/b", "x");
  ASSERT_TRUE(store().remove("a/b"));
  EXPECT_EQ(store().head("a/b").value(), std::nullopt);
  EXPECT_TRUE(store().remove("a/b"));
  EXPECT_TRUE(store().remove("never/was"));
}

TEST_P(StoreContract, KeysThatAreNoPathsAreInvalidInput) {
  using namespace std::string_view_literals;
  if (!GetParam().keys_are_paths) GTEST_SKIP() << "its keys need not be paths";
  for (const auto key :
       {""sv, "/etc/passwd"sv, "../a"sv, "a/../../b"sv, "a/.."sv, ".."sv, "."sv, "a//b"sv, "a/"sv, "a\0b"sv, "./a"sv}) {
    EXPECT_EQ(store().head(key).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().get(key, 1).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().read_range(key, 0, 1).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().create(key).error().kind, ErrorKind::invalid_input) << key;
    EXPECT_EQ(store().remove(key).error().kind, ErrorKind::invalid_input) << key;
  }
}

TEST_P(StoreContract, AwkwardKeysMakeTheRoundTrip) {
  std::vector<std::string> awkward{"a b+c%20&=?#'\"<>\\;.pdf",
                                   "%2525",
                                   "+",
                                   "..a",
                                   "a..",
                                   "-rf",
                                   "env=prod/zone=raw/\u00fc u\u0308 \U0001F600.pdf",
                                   std::string(255, 'x'),
                                   "a=b/c=d/%C3%BC",
                                   "!*'()~@$,:",
                                   "\u65e5\u672c/\u8a9e"};
  if (!GetParam().keys_are_unicode) awkward.insert(awkward.end(), {"\xff\xfe not UTF-8", "line\nfeed"});
  for (const auto& key : awkward) put_text(key, key);
  for (const auto& key : awkward) {
    EXPECT_EQ(get_text(key), key);
    EXPECT_EQ(store().read_range(key, 0, 1).value(), key.substr(0, 1));
    EXPECT_TRUE(store().head(key).value()) << key;
  }
  auto sorted = awkward;
  std::ranges::sort(sorted);
  EXPECT_EQ(keys(), sorted);
  for (const auto& key : awkward) ASSERT_TRUE(store().remove(key));
  EXPECT_TRUE(keys().empty());
}

// S3 holds them as they are; a file system cannot, and says so rather than to name another file.
TEST_P(StoreContract, KeysThatAreNoPathsAreKeptAsTheyAreOrRefused) {
  const std::vector<std::string> awkward{"//a", "/a", "a//b", "a/", "a/./b", "a/../b", "./a", std::string(1000, 'y')};
  for (const auto& key : awkward) {
    const auto put_result = put(store(), key, bytes_of(key), WriteCondition::always());
    if (GetParam().keys_are_paths) {
      EXPECT_EQ(put_result.error().kind, ErrorKind::invalid_input) << key;
    } else {
      ASSERT_TRUE(put_result) << put_result.error().text();
      EXPECT_EQ(get_text(key), key);
    }
  }
  auto expected = GetParam().keys_are_paths ? std::vector<std::string>{} : awkward;
  std::ranges::sort(expected);
  EXPECT_EQ(keys(), expected);
}

TEST_P(StoreContract, AKeyThatIsTooLongIsInvalidInput) {
  const std::string key(5000, 'k');
  EXPECT_EQ(put(store(), key, {}, WriteCondition::always()).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(store().create("").error().kind, ErrorKind::invalid_input);
}

TEST_P(StoreContract, MetadataIsKeptOrForgotten) {
  const ObjectMetadata metadata{{"docmill.status", "ok"}, {"docmill.source_etag", "12-34 x=y"}};
  ASSERT_TRUE(put(store(), "a", bytes_of("x"), WriteCondition::always(), {"application/vnd.apache.parquet", metadata}));
  const auto info = store().head("a").value();
  ASSERT_TRUE(info);
  if (info->metadata) {
    EXPECT_EQ(*info->metadata, metadata);
  }
  EXPECT_EQ(info->metadata.has_value(), !GetParam().keys_are_paths);
}

TEST_P(StoreContract, ListingStartsAfterAKey) {
  for (const char* key : {"a", "a-b", "a.b/c", "a.b/d/e", "a.b/f", "b"}) put_text(key, "x");
  EXPECT_EQ(keys({.start_after = "a"}), (std::vector<std::string>{"a-b", "a.b/c", "a.b/d/e", "a.b/f", "b"}));
  EXPECT_EQ(keys({.start_after = "a.b/d/e"}), (std::vector<std::string>{"a.b/f", "b"}));
  EXPECT_EQ(keys({.start_after = "a.b/d/"}), (std::vector<std::string>{"a.b/d/e", "a.b/f", "b"}));
  EXPECT_EQ(keys({.prefix = "a.b/", .start_after = "a.b/c"}), (std::vector<std::string>{"a.b/d/e", "a.b/f"}));
  EXPECT_EQ(keys({.start_after = "b"}), std::vector<std::string>{});
}

TEST_P(StoreContract, ListingIsInBytewiseOrderOfKeys) {
  std::mt19937 random(7);
  const std::vector<std::string> alphabet{"a", "b", "-", ".", "0", GetParam().keys_are_unicode ? "\u00fc" : "\xc3",
                                          "~", "!"};
  std::set<std::string> put_keys{"a.pdf", "a/b", "a-b", "a/..b", "a0", "b/a.pdf", "b/a/c", "b/a-c"};
  for (int i = 0; i < 300; ++i) {
    std::string key = "r";
    for (auto depth = random() % 4; depth-- > 0;) {
      for (auto length = random() % 3 + 1; length-- > 0;) key += alphabet[random() % alphabet.size()];
      key += "d/";  // folders end in d, files in f: no key is a folder of another
    }
    for (auto length = random() % 3 + 1; length-- > 0;) key += alphabet[random() % alphabet.size()];
    put_keys.insert(key + "f");
  }
  for (const auto& key : put_keys) put_text(key, "");
  std::vector<std::string> expected(put_keys.begin(), put_keys.end());
  std::ranges::sort(expected, [](const std::string& a, const std::string& b) {
    return std::ranges::lexicographical_compare(
        a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
        [](char c) { return static_cast<unsigned char>(c); });
  });
  EXPECT_EQ(keys(), expected);
}

TEST_P(StoreContract, APrefixSelectsKeysThatStartWithIt) {
  for (const auto* key : {"a/b/c", "a/b/d", "a/bc", "a/b.txt", "b", "ab"}) put_text(key, "");
  EXPECT_EQ(keys({.prefix = "a/b"}), (std::vector<std::string>{"a/b.txt", "a/b/c", "a/b/d", "a/bc"}));
  EXPECT_EQ(keys({.prefix = "a/b/"}), (std::vector<std::string>{"a/b/c", "a/b/d"}));
  EXPECT_EQ(keys({.prefix = "b"}), (std::vector<std::string>{"b"}));
  EXPECT_EQ(keys({.prefix = "c"}), std::vector<std::string>{});
}

TEST_P(StoreContract, AFolderThatIsLeftOutIsNotEntered) {
  for (const auto* key : {"a/x", "a/out/y", "out/z", "outer/w"}) put_text(key, "");
  EXPECT_EQ(keys({.prefix = "", .leave_out = [](std::string_view prefix) { return prefix == "out/"; }}),
            (std::vector<std::string>{"a/out/y", "a/x", "outer/w"}));
}

TEST_P(StoreContract, OfManyThreadsOneCreatesTheObject) {
  for (int round = 0; round < 20; ++round) {
    const std::string key = "race/" + std::to_string(round);
    std::atomic<int> winners = 0;
    std::string winner;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, text = std::to_string(i)] {
          if (!put(store(), key, bytes_of(text), WriteCondition::if_absent()).value()) return;
          ++winners;
          winner = text;
        });
    }
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(get_text(key), winner);
  }
}

// In a child process: try to create each of the keys, report in the exit code whether a step failed.
[[noreturn]] void create_as(Backend& backend, int name, int rounds) {
  auto own = backend.open();
  for (int round = 0; round < rounds; ++round) {
    const std::string text = std::to_string(name);
    const auto etag = put(*own, "race/" + std::to_string(round), bytes_of(text), WriteCondition::if_absent());
    if (!etag) ::_exit(1);
    if (!*etag) continue;
    const std::string won = "won/" + std::to_string(round) + "/" + text;
    if (!put(*own, won, bytes_of(text), WriteCondition::if_absent()).value_or(std::nullopt)) ::_exit(2);
  }
  ::_exit(0);
}

TEST_P(StoreContract, OfManyProcessesOneCreatesTheObject) {
  if (!GetParam().works_after_fork) GTEST_SKIP() << "its client has threads, which a fork does not take along";
  constexpr int rounds = 50;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = ::fork();
    if (child == 0) create_as(backend(), i, rounds);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  for (int round = 0; round < rounds; ++round) {
    const auto winners = keys({.prefix = "won/" + std::to_string(round) + "/"});
    ASSERT_EQ(winners.size(), 1U) << round;
    EXPECT_TRUE(winners.front().ends_with("/" + get_text("race/" + std::to_string(round))));
  }
}

TEST_P(StoreContract, NoUpdateUnderAnEtagIsLost) {
  constexpr int increments = 20;
  put_text("counter", "0");
  const auto increment = [&] {
    for (int done = 0; done < increments;) {
      const auto object = store().get("counter", 100);
      if (!object) continue;  // replaced while it was read
      const std::string next = std::to_string(std::stoi(std::string(text_of(object->blob))) + 1);
      if (put(store(), "counter", bytes_of(next), WriteCondition::if_etag(object->info.etag)).value()) ++done;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(increment);
  }
  EXPECT_EQ(get_text("counter"), std::to_string(4 * increments));
}

TEST_P(StoreContract, AReaderSeesOneVersionWholeWhileItIsReplaced) {
  const std::string a(200'000, 'a');
  const std::string b(200'000, 'b');
  put_text("a", a);
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i)
      put(store(), "a", bytes_of(i % 2 ? a : b), WriteCondition::always()).value();
  });
  int read = 0;
  for (int i = 0; i < 500; ++i) {
    const auto object = store().get("a", 1 << 20);
    if (!object) {
      EXPECT_EQ(object.error().kind, ErrorKind::source_changed) << object.error().text();
      continue;
    }
    ++read;
    EXPECT_TRUE(text_of(object->blob) == a || text_of(object->blob) == b);
  }
  EXPECT_GT(read, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract,
                         testing::Values(BackendKind{.name = "Folder",
                                                     .make = [] { return std::make_unique<FolderBackend>(); },
                                                     .keys_are_paths = true,
                                                     .works_after_fork = true},
                                         BackendKind{.name = "S3",
                                                     .make = []() -> std::unique_ptr<Backend> {
                                                       return Moto::get() == nullptr ? nullptr
                                                                                     : std::make_unique<S3Backend>();
                                                     },
                                                     .keys_are_unicode = true}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace docmill
