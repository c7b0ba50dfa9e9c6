#include "store/retried_store.h"

#include <utility>

#include "net/retry.h"

namespace docmill {
namespace {

struct Retries {
  Clock& clock;
  Random& random;

  template <typename Attempt, typename GiveUp>
  auto operator()(Attempt attempt, GiveUp give_up) const {
    return with_retry(Backoff{}, clock, random, give_up, attempt);
  }
  template <typename Attempt>
  auto operator()(Attempt attempt) const {
    return (*this)(attempt, [] { return false; });
  }
};

class RetriedWriter final : public ObjectWriter {
 public:
  RetriedWriter(std::unique_ptr<ObjectWriter> writer, const Retries& retries)
      : writer_(std::move(writer)), retries_(retries) {}

  Result<void> write(std::span<const std::byte> bytes) override { return writer_->write(bytes); }
  void set_attributes(ObjectAttributes attributes) override { writer_->set_attributes(std::move(attributes)); }
  Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
    return retries_([&] { return writer_->commit(condition); }, [this] { return !writer_->can_commit(); });
  }
  bool can_commit() const override { return writer_->can_commit(); }

 private:
  std::unique_ptr<ObjectWriter> writer_;
  Retries retries_;
};

class RetriedStore final : public ObjectStore {
 public:
  RetriedStore(std::unique_ptr<ObjectStore> store, const Retries& retries)
      : store_(std::move(store)), retries_(retries) {}

  std::string uri(std::string_view key) const override { return store_->uri(key); }
  /// An entry of a listing that fails is told, and the listing goes on.
  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override {
    return retries_([&] { return store_->list(options); });
  }
  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    return retries_([&] { return store_->head(key); });
  }
  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override {
    return retries_([&] { return store_->get(key, size_bytes_max, room); });
  }
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override {
    return retries_([&] { return store_->read_range(key, offset, length); });
  }
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    auto writer = retries_([&] { return store_->create(key); });
    if (!writer) return writer;
    return std::make_unique<RetriedWriter>(*std::move(writer), retries_);
  }
  Result<void> remove(std::string_view key) override {
    return retries_([&] { return store_->remove(key); });
  }
  Result<bool> remove_if(std::string_view key, std::string_view etag) override {
    return retries_([&] { return store_->remove_if(key, etag); });
  }
  bool is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) override {
    return store_->is_known_to_hold(listed, bytes);
  }
  Result<void> try_abort(std::string_view key) override { return store_->try_abort(key); }
  Result<void> remove_leftovers(WallTime begun_before,
                                const std::function<bool(std::string_view key)>& is_own) override {
    return store_->remove_leftovers(begun_before, is_own);
  }
  std::uint64_t leftovers_removed() const override { return store_->leftovers_removed(); }
  Result<bool> ends_leftovers() override { return store_->ends_leftovers(); }

 private:
  std::unique_ptr<ObjectStore> store_;
  Retries retries_;
};

}  // namespace

std::unique_ptr<ObjectStore> make_retried_store(std::unique_ptr<ObjectStore> store, Clock& clock, Random& random) {
  return std::make_unique<RetriedStore>(std::move(store), Retries{.clock = clock, .random = random});
}

}  // namespace docmill
