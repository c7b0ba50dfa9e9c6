// An object store in memory, with hooks to change things, or to fail, before and after each call.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "store/object_store.h"
#include "unit/mill/memory_listing.h"

namespace docmill {

enum class StoreCall : std::uint8_t { list, head, get, read_range, create, commit, remove };

class MemoryStore final : public ObjectStore {
 public:
  /// Runs without the store's lock, so it may change the store. An error is the call's answer.
  using Hook = std::function<Result<void>(StoreCall call, std::string_view key)>;

  explicit MemoryStore(std::string name) : name_(std::move(name)) {}

  // Set before other threads use the store.
  Hook before = [](StoreCall, std::string_view) { return Result<void>(); };
  Hook after = before;
  bool writers_keep_bytes = true;  // after a commit that failed

  /// The etag of the new version.
  std::string set(std::string_view key, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    return set_locked(key, bytes);
  }
  void date(std::string_view key, WallTime modified_at) {
    const std::lock_guard lock(mutex_);
    objects_.at(std::string(key)).modified_at = modified_at;
  }
  void erase(std::string_view key) {
    const std::lock_guard lock(mutex_);
    objects_.erase(std::string(key));
  }
  bool has(std::string_view key) {
    const std::lock_guard lock(mutex_);
    return objects_.contains(std::string(key));
  }
  std::string bytes(std::string_view key) {
    const std::lock_guard lock(mutex_);
    return objects_.at(std::string(key)).bytes;
  }
  std::string etag(std::string_view key) {
    const std::lock_guard lock(mutex_);
    return objects_.at(std::string(key)).etag;
  }
  std::vector<std::string> keys() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [key, object] : objects_) names.push_back(key);
    return names;
  }

  std::string uri(std::string_view key) const override { return "mem://" + name_ + "/" + std::string(key); }

  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override {
    if (auto allowed = before(StoreCall::list, options.prefix); !allowed) return std::unexpected(allowed.error());
    const std::lock_guard lock(mutex_);
    std::vector<ObjectInfo> found;
    for (const auto& [key, object] : objects_)
      if (key.starts_with(options.prefix) && key > options.start_after && !is_left_out(options, key))
        found.push_back(info_of(key, object));
    return std::make_unique<MemoryListing>(std::move(found));
  }

  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    return around<std::optional<ObjectInfo>>(StoreCall::head, key, [&]() -> Result<std::optional<ObjectInfo>> {
      const auto found = objects_.find(std::string(key));
      if (found == objects_.end()) return std::nullopt;
      return info_of(found->first, found->second);
    });
  }

  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override {
    if (room != nullptr && has(key)) room->ask(bytes(key).size());  // not under the lock, for it may have to wait
    return around<Object>(StoreCall::get, key, [&]() -> Result<Object> {
      const auto found = objects_.find(std::string(key));
      if (found == objects_.end()) return fail(ErrorKind::source_gone, uri(key), "there is no such object");
      if (found->second.bytes.size() > size_bytes_max) return fail(ErrorKind::limit_bytes, uri(key), "too large");
      auto blob = make_blob(std::as_bytes(std::span(found->second.bytes)));
      if (!blob) return std::unexpected(blob.error());
      return Object{.info = info_of(found->first, found->second), .blob = *std::move(blob)};
    });
  }

  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override {
    return around<std::string>(StoreCall::read_range, key, [&]() -> Result<std::string> {
      const auto found = objects_.find(std::string(key));
      if (found == objects_.end()) return fail(ErrorKind::source_gone, uri(key), "there is no such object");
      const std::string& bytes = found->second.bytes;
      return bytes.substr(std::min<std::uint64_t>(offset, bytes.size()), length);
    });
  }

  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    return around<std::unique_ptr<ObjectWriter>>(
        StoreCall::create, key,
        [&]() -> Result<std::unique_ptr<ObjectWriter>> { return std::make_unique<Writer>(*this, std::string(key)); });
  }

  Result<void> remove(std::string_view key) override {
    return around<void>(StoreCall::remove, key, [&]() -> Result<void> {
      objects_.erase(std::string(key));
      return {};
    });
  }
  Result<bool> remove_if(std::string_view key, std::string_view etag) override {
    return around<bool>(StoreCall::remove, key, [&]() -> Result<bool> {
      const auto found = objects_.find(std::string(key));
      if (found == objects_.end() || found->second.etag != etag) return false;
      objects_.erase(found);
      return true;
    });
  }

  bool is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) override {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(listed.key);
    return found != objects_.end() && found->second.etag == listed.etag && found->second.bytes == bytes.text();
  }

 private:
  struct Version {
    std::string bytes, etag;
    WallTime modified_at;
  };

  class Writer final : public ObjectWriter {
   public:
    Writer(MemoryStore& store, std::string key) : store_(store), key_(std::move(key)) {}
    Result<void> write(std::span<const std::byte> bytes) override {
      bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    }
    Result<std::optional<std::string>> commit(const WriteCondition& condition) override {
      return store_.around<std::optional<std::string>>(
          StoreCall::commit, key_, [&]() -> Result<std::optional<std::string>> {
            const auto found = store_.objects_.find(key_);
            const bool there = found != store_.objects_.end();
            using Kind = WriteCondition::Kind;
            if (condition.kind == Kind::if_absent && there) return std::nullopt;
            if (condition.kind == Kind::if_etag && (!there || found->second.etag != condition.etag))
              return std::nullopt;
            return store_.set_locked(key_, bytes_);
          });
    }
    bool can_commit() const override { return store_.writers_keep_bytes; }

   private:
    MemoryStore& store_;
    std::string key_, bytes_;
  };

  static bool is_left_out(const ListOptions& options, const std::string& key) {
    for (std::size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1))
      if (options.leave_out && options.leave_out(key.substr(0, slash + 1))) return true;
    return false;
  }

  static ObjectInfo info_of(const std::string& key, const Version& object) {
    return {.key = key, .size_bytes = object.bytes.size(), .etag = object.etag, .modified_at = object.modified_at};
  }

  std::string set_locked(std::string_view key, std::string_view bytes) {
    const std::string etag = "v" + std::to_string(++last_version_);
    objects_.insert_or_assign(std::string(key), Version{.bytes = std::string(bytes), .etag = etag, .modified_at = {}});
    return etag;
  }

  template <typename Value, typename Call>
  Result<Value> around(StoreCall call, std::string_view key, Call answer) {
    if (auto allowed = before(call, key); !allowed) return std::unexpected(allowed.error());
    Result<Value> result = [&] {
      const std::lock_guard lock(mutex_);
      return answer();
    }();
    if (auto allowed = after(call, key); !allowed) return std::unexpected(allowed.error());
    return result;
  }

  std::string name_;
  std::mutex mutex_;
  std::map<std::string, Version> objects_;
  int last_version_ = 0;
};

}  // namespace docmill
