#include "store/single_object.h"

#include <utility>

namespace docmill {
namespace {

class ListingOfOne final : public Listing {
 public:
  explicit ListingOfOne(std::optional<ObjectInfo> info) : info_(std::move(info)) {}
  Result<std::optional<ObjectInfo>> next() override { return std::exchange(info_, std::nullopt); }

 private:
  std::optional<ObjectInfo> info_;
};

class SingleObjectStore final : public ObjectStore {
 public:
  explicit SingleObjectStore(SingleObject object) : object_(std::move(object)) {}

  std::string uri(std::string_view key) const override {
    return key == object_.key ? object_.uri : object_.store->uri(key);
  }

  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override {
    std::optional<ObjectInfo> info;
    if (object_.key.starts_with(options.prefix) && object_.key > options.start_after) {
      auto found = head(object_.key);
      if (!found) return std::unexpected(std::move(found).error());
      info = *std::move(found);
    }
    return std::make_unique<ListingOfOne>(std::move(info));
  }

  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    if (key != object_.key) return std::nullopt;
    auto info = object_.store->head(object_.key_there);
    if (info && *info) (*info)->key = object_.key;
    return info;
  }

  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override {
    if (key != object_.key) return std::unexpected(no_such(key));
    auto object = object_.store->get(object_.key_there, size_bytes_max, room);
    if (object) object->info.key = object_.key;
    return object;
  }

  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override {
    if (key != object_.key) return std::unexpected(no_such(key));
    return object_.store->read_range(object_.key_there, offset, length);
  }

  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    return std::unexpected(not_written(key));
  }
  Result<void> remove(std::string_view key) override { return std::unexpected(not_written(key)); }
  Result<bool> remove_if(std::string_view key, std::string_view /*etag*/) override {
    return std::unexpected(not_written(key));
  }

 private:
  Error no_such(std::string_view key) const { return {ErrorKind::source_gone, uri(key), "this place is one document"}; }
  Error not_written(std::string_view key) const {
    return {ErrorKind::invalid_input, uri(key), "this place is one document, and is only read"};
  }

  SingleObject object_;
};

}  // namespace

std::unique_ptr<ObjectStore> single_object_store(SingleObject object) {
  return std::make_unique<SingleObjectStore>(std::move(object));
}

}  // namespace docmill
