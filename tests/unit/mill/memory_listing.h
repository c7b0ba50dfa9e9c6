// A listing of what is known already.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "store/object_store.h"

namespace docmill {

class MemoryListing final : public Listing {
 public:
  explicit MemoryListing(std::vector<ObjectInfo> found) : found_(std::move(found)) {}
  Result<std::optional<ObjectInfo>> next() override {
    if (place_ == found_.size()) return std::nullopt;
    return found_[place_++];
  }

 private:
  std::vector<ObjectInfo> found_;
  std::size_t place_ = 0;
};

}  // namespace docmill
