// Object stores behind one interface: where documents come from and outputs go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/blob.h"
#include "base/byte_budget.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/left_out.h"

namespace docmill {

/// Named values that a store keeps beside an object's bytes. Names are of lower-case letters, digits, '.' and '_'.
using ObjectMetadata = std::map<std::string, std::string, std::less<>>;

/// A stored object as a listing or a HEAD tells it. `key` is opaque bytes, relative to the store's root.
struct ObjectInfo {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string etag;  // changes whenever the bytes do
  WallTime modified_at{};
  std::optional<ObjectMetadata> metadata = {};  // from a HEAD of a store that keeps any; never from a listing
};

/// What is said of an object when it is written.
struct ObjectAttributes {
  std::string content_type;
  ObjectMetadata metadata;
};

struct Object {
  ObjectInfo info;
  Blob blob;
};

/// What must hold for a write to take effect.
struct WriteCondition {
  enum class Kind : std::uint8_t { always, if_absent, if_etag };
  Kind kind = Kind::always;
  std::string etag;  // for if_etag; an empty one names no version, and a commit under it is invalid_input

  static WriteCondition always() { return {}; }
  static WriteCondition if_absent() { return {Kind::if_absent, {}}; }
  static WriteCondition if_etag(std::string etag) { return {Kind::if_etag, std::move(etag)}; }
};

/// An object being written. Nothing is visible under its key before commit(); destruction without it leaves nothing.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual Result<void> write(std::span<const std::byte> bytes) = 0;
  /// Before commit(). A store that keeps no attributes forgets them.
  virtual void set_attributes(ObjectAttributes /*attributes*/) {}  // NOLINT(performance-unnecessary-value-param)
  /// Make the object visible and durable, whole, if `condition` holds. The new etag; nothing when the condition did
  /// not hold (somebody else wrote or removed it).
  virtual Result<std::optional<std::string>> commit(const WriteCondition& condition) = 0;
  /// Whether commit() may be called again after it failed or was refused. Not where the bytes are lost, as those of a
  /// file that could not be flushed: nobody knows what it holds.
  virtual bool can_commit() const { return true; }
};

/// A lazy listing in bytewise order of keys.
class Listing {
 public:
  virtual ~Listing() = default;
  /// The next object; nothing at the end. An entry that cannot be read is an error that names it, and the listing goes
  /// on with the next call.
  virtual Result<std::optional<ObjectInfo>> next() = 0;
};

struct ListOptions {
  std::string prefix{};                                      // keys that start with it
  std::string start_after{};                                 // keys bytewise greater
  std::function<bool(std::string_view prefix)> leave_out{};  // true for a folder ("a/b/") that is not to be entered
  OnLeftOut on_left_out{};  // called by Listing::next() for each entry with the prefix that it passes over
};

/// Errors of every member: denied (names the permission), not_found (a bucket, or an object where one must be),
/// unavailable, throttled, timed_out (the place), invalid_input (a key that this store cannot hold or that would leave
/// its root). Any thread may call any member.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// For people and tables: "file:///data/in/a.pdf".
  virtual std::string uri(std::string_view key) const = 0;
  virtual Result<std::unique_ptr<Listing>> list(const ListOptions& options) = 0;
  /// Nothing when there is no such object.
  virtual Result<std::optional<ObjectInfo>> head(std::string_view key) = 0;
  /// The whole object, in one version: source_gone when it does not exist, source_changed when it changed while it was
  /// read, limit_bytes when it is larger than `size_bytes_max` (found before the body is read). With `room` it waits
  /// for as much of it as the object has bytes before the body is read.
  virtual Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) = 0;
  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max) { return get(key, size_bytes_max, nullptr); }
  /// Up to `length` bytes from `offset`; fewer at the end. source_gone when there is no such object.
  virtual Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) = 0;
  virtual Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) = 0;
  /// Absence is no error.
  virtual Result<void> remove(std::string_view key) = 0;
  /// Remove the object if this is its version still; false, and nothing happens, where it is another or none. A store
  /// that has no such condition looks right before.
  virtual Result<bool> remove_if(std::string_view key, std::string_view etag);
  /// Whether the object, as it was listed, is known to be these bytes, so that they need not be put again. False where
  /// its etag does not tell.
  virtual bool is_known_to_hold(const ObjectInfo& /*listed*/, const Blob& /*bytes*/) { return false; }
  /// Whether a write that fails half-way may be cleared away, without one.
  virtual Result<void> try_abort(std::string_view /*key*/) { return {}; }

  // What a writer that was killed half-way leaves behind. Here for places that clear it away by themselves.

  /// Remove it where it was begun before `begun_before` for a key that `is_own`. What may not be seen or removed stays.
  /// An error is why not all of it was seen: it is no reason to stop.
  virtual Result<void> remove_leftovers(WallTime /*begun_before*/,
                                        const std::function<bool(std::string_view key)>& /*is_own*/) {
    return {};
  }
  /// How much of it this store has removed, with that of earlier writers of a key which it wrote itself.
  virtual std::uint64_t leftovers_removed() const { return 0; }
  /// Whether the place removes after some time whatever is left.
  virtual Result<bool> ends_leftovers() { return true; }
};

/// What commit() asks first: invalid_input for a condition that names no version. `uri` is what is to be written.
Result<void> check_condition(const WriteCondition& condition, std::string_view uri);

/// create, write, commit.
Result<std::optional<std::string>> put(ObjectStore& store, std::string_view key, std::span<const std::byte> bytes,
                                       const WriteCondition& condition, ObjectAttributes attributes = {});

}  // namespace docmill
