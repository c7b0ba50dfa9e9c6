// An object store as S3 promises it: strongly consistent, conditional writes, every version kept for the checkers.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/faults.h"
#include "store/object_store.h"
#include "unit/mill/memory_listing.h"

namespace docmill::sim {

/// The version that a store model's etag names; 0 for none.
inline std::uint64_t number_of(std::string_view etag) {
  return etag.empty() ? 0 : std::stoull(std::string(etag.substr(1)));
}

class StoreModel {
 public:
  struct Version {
    std::string bytes;
    ObjectInfo info;
  };

  explicit StoreModel(std::string name, Fibers& fibers) : name_(std::move(name)), fibers_(fibers) {}

  /// Sees every write that takes effect.
  std::function<void(const Version&)> on_write = [](const Version&) {};

  const Version* find(std::string_view key) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : &found->second;
  }
  /// From now on whoever reads or writes the key is answered so.
  void refuse(std::string_view key, ErrorKind kind, std::optional<FaultScope> scope = {}) {
    refused_.insert_or_assign(std::string(key), Error{kind, std::string(key), "as the model says", scope});
  }
  void refuse_no_more(std::string_view key) { refused_.erase(std::string(key)); }
  const Error* refusal(std::string_view key) const {
    const auto found = refused_.find(key);
    return found == refused_.end() ? nullptr : &found->second;
  }
  void erase(std::string_view key) {
    if (const auto found = objects_.find(key); found != objects_.end()) objects_.erase(found);
  }
  /// The etag; nothing when the condition does not hold.
  std::optional<std::string> write(std::string_view key, std::string bytes, const WriteCondition& condition,
                                   const ObjectMetadata& metadata = {}) {
    const Version* there = find(key);
    using Kind = WriteCondition::Kind;
    if (condition.kind == Kind::if_absent && there != nullptr) return std::nullopt;
    if (condition.kind == Kind::if_etag && (there == nullptr || there->info.etag != condition.etag))
      return std::nullopt;
    const std::string etag = "v" + std::to_string(++last_version_);
    // As S3 dates: to the second.
    const auto now = std::chrono::floor<std::chrono::seconds>(fibers_.now().time_since_epoch());
    Version version{.bytes = std::move(bytes), .info = {}};
    version.info = {.key = std::string(key),
                    .size_bytes = version.bytes.size(),
                    .etag = etag,
                    .modified_at = WallTime(now),
                    .metadata = metadata};
    const auto placed = objects_.insert_or_assign(std::string(key), std::move(version)).first;
    on_write(placed->second);
    return etag;
  }
  const std::map<std::string, Version, std::less<>>& objects() const { return objects_; }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Fibers& fibers_;
  std::map<std::string, Version, std::less<>> objects_;
  std::map<std::string, Error, std::less<>> refused_;
  std::uint64_t last_version_ = 0;
};

/// The store as one process reaches it.
class StoreClient : public ObjectStore {
 public:
  StoreClient(StoreModel& model, Fibers& fibers, const Process& process, const Faults& faults)
      : model_(model), fibers_(fibers), process_(process), faults_(faults) {}

  std::string uri(std::string_view key) const override { return "s3://" + model_.name() + "/" + std::string(key); }

  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override {
    return ask<std::unique_ptr<Listing>>("", [&]() -> Result<std::unique_ptr<Listing>> {
      std::vector<ObjectInfo> found;
      for (const auto& [key, version] : model_.objects())
        if (key.starts_with(options.prefix) && key > options.start_after) found.push_back(version.info);
      return std::make_unique<MemoryListing>(std::move(found));
    });
  }

  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    return ask<std::optional<ObjectInfo>>(key, [&]() -> Result<std::optional<ObjectInfo>> {
      const auto* found = model_.find(key);
      return found == nullptr ? std::nullopt : std::optional(found->info);
    });
  }

  Result<Object> get(std::string_view key, std::uint64_t /*size_bytes_max*/, Room* room) override {
    return ask<Object>(key, [&]() -> Result<Object> {
      if (const Error* refusal = model_.refusal(key)) return std::unexpected(*refusal);
      const auto* found = model_.find(key);
      if (found == nullptr) return fail(ErrorKind::source_gone, uri(key), "there is no such object");
      const StoreModel::Version version = *found;  // others may write another while this one waits for room
      if (room != nullptr) room->ask(version.bytes.size());
      auto blob = make_blob(std::as_bytes(std::span(version.bytes)));
      if (!blob) return std::unexpected(blob.error());
      return Object{.info = version.info, .blob = *std::move(blob)};
    });
  }

  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override {
    return ask<std::string>(key, [&]() -> Result<std::string> {
      if (const Error* refusal = model_.refusal(key)) return std::unexpected(*refusal);
      const auto* found = model_.find(key);
      if (found == nullptr) return fail(ErrorKind::source_gone, uri(key), "there is no such object");
      return found->bytes.substr(std::min<std::uint64_t>(offset, found->bytes.size()), length);
    });
  }

  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override {
    return std::make_unique<Writer>(*this, std::string(key));
  }

  Result<void> remove(std::string_view key) override {
    return ask<void>(key, [&]() -> Result<void> {
      model_.erase(key);
      return {};
    });
  }

  Result<bool> remove_if(std::string_view key, std::string_view etag) override {
    return ask<bool>(key, [&]() -> Result<bool> {
      const auto* found = model_.find(key);
      if (found == nullptr || found->info.etag != etag) return false;
      model_.erase(key);
      return true;
    });
  }

 protected:
  using Committed = Result<std::optional<std::string>>;
  virtual Committed commit(const std::string& key, const std::string& bytes, const WriteCondition& condition,
                           const ObjectMetadata& metadata) {
    bool repeated = false;
    return ask<std::optional<std::string>>(key, [&]() -> Committed {
      if (const Error* refusal = model_.refusal(key)) return std::unexpected(*refusal);
      const auto* there = model_.find(key);
      // As the writer of S3 does: the first request may have taken effect.
      if (std::exchange(repeated, true) && there != nullptr && there->bytes == bytes &&
          there->info.metadata == metadata)
        return there->info.etag;
      return model_.write(key, bytes, condition, metadata);
    });
  }
  /// Whether a writer has its bytes still after a commit that failed.
  virtual bool writers_keep_bytes() const { return true; }

  StoreModel& model_;
  Fibers& fibers_;
  const Process& process_;
  const Faults& faults_;

 private:
  class Writer final : public ObjectWriter {
   public:
    Writer(StoreClient& store, std::string key) : store_(store), key_(std::move(key)) {}
    Result<void> write(std::span<const std::byte> bytes) override {
      bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    }
    void set_attributes(ObjectAttributes attributes) override { attributes_ = std::move(attributes); }
    Committed commit(const WriteCondition& condition) override {
      return store_.commit(key_, bytes_, condition, attributes_.metadata);
    }
    bool can_commit() const override { return store_.writers_keep_bytes(); }

   private:
    StoreClient& store_;
    std::string key_, bytes_;
    ObjectAttributes attributes_;
  };

  template <typename Value, typename Effect>
  Result<Value> ask(std::string_view key, Effect effect) {
    return call<Value>(fibers_, process_, faults_, uri(key), [&]() -> Result<Value> {
      if (faults_.stores_deny(fibers_.now())) return fail(ErrorKind::denied, uri(key), "for a while");
      return effect();
    });
  }
};

}  // namespace docmill::sim
