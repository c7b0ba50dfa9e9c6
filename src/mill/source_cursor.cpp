#include "mill/source_cursor.h"

#include <algorithm>
#include <utility>

namespace docmill {

bool SourceCursor::step() {
  while (!ended_) {
    auto info = listing_->next();
    if (!info) {
      if (!first_error_) first_error_ = std::move(info).error();
      continue;
    }
    if (!*info) {
      ended_ = true;
      break;
    }
    ++listed_;
    remembered_.push_back(**std::move(info));
    if (remembered_.size() > remembered_max) remembered_.pop_front();
    return true;
  }
  return false;
}

Result<std::optional<ObjectInfo>> SourceCursor::find(const std::string& key) {
  while (remembered_.empty() || remembered_.back().key < key)
    if (!step()) break;
  const auto found = std::ranges::lower_bound(remembered_, key, {}, &ObjectInfo::key);
  if (found != remembered_.end() && found->key == key) return *found;
  ++asked_;
  return store_.head(key);
}

}  // namespace docmill
