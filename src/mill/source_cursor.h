// Looks keys up in a listing that goes on beside another one.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "store/object_store.h"

namespace docmill {

/// Keys that are asked for come nearly in order, for outputs are nearly named as their documents: "a1" stands before
/// "a" among "a1.pdf" and "a.pdf", and behind it among "a1_raw_text.parquet" and "a_raw_text.parquet". So the listing
/// is followed, and what it has passed is remembered for a while; what has been forgotten is asked for by itself.
/// Memory is bounded, whatever the keys. One thread.
class SourceCursor {
 public:
  /// The store outlives it.
  SourceCursor(ObjectStore& store, std::unique_ptr<Listing> listing) : store_(store), listing_(std::move(listing)) {}

  /// Whether there is any object.
  bool finds_any() { return listed_ > 0 || step(); }

  /// The object as it was listed, or as the store says where the listing does not have it: a listing leaves things out,
  /// and "nothing" must be certain.
  Result<std::optional<ObjectInfo>> find(const std::string& key);

  std::uint64_t listed() const { return listed_; }
  std::uint64_t asked() const { return asked_; }
  /// Entries that could not be listed. What lies below is asked for by itself.
  const std::optional<Error>& first_error() const { return first_error_; }

  /// Remembered at a time, some 200 bytes each.
  static constexpr std::size_t remembered_max = 65'536;

 private:
  bool step();

  ObjectStore& store_;
  std::unique_ptr<Listing> listing_;
  std::deque<ObjectInfo> remembered_;  // in order of keys
  std::uint64_t listed_ = 0, asked_ = 0;
  std::optional<Error> first_error_;
  bool ended_ = false;
};

}  // namespace docmill
