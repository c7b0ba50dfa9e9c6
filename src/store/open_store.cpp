#include "store/open_store.h"

#include <utility>

#include "store/folder_store.h"

namespace docmill {

Result<aws::S3*> Stores::s3() {
  const std::lock_guard lock(mutex_);
  if (s3_) return &*s3_;
  auto client = connection_.client();
  if (!client) return std::unexpected(std::move(client).error());
  return &s3_.emplace(**client, settings_.s3);
}

Result<std::unique_ptr<ObjectStore>> Stores::open(const Place& place, bool create_folder, ByteBudget* budget) {
  if (place.is_folder()) return open_folder_store(place.path(), create_folder, budget);
  auto calls = s3();
  if (!calls) return std::unexpected(std::move(calls).error());
  S3StoreSettings settings = settings_.listing;
  settings.budget = budget;
  return open_s3_store(**calls, place, settings);
}

Result<std::unique_ptr<ObjectStore>> Stores::open_any_bucket(ByteBudget* budget) {
  auto calls = s3();
  if (!calls) return std::unexpected(std::move(calls).error());
  return open_any_bucket_store(**calls, budget);
}

}  // namespace docmill
