// A store for a place, wherever that is: what the commands call.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "aws/connection.h"
#include "aws/s3.h"
#include "store/object_store.h"
#include "store/place.h"
#include "store/s3_store.h"

namespace docmill {

struct StoreSettings {
  aws::S3Settings s3;
  S3StoreSettings listing;
};

/// Outlives the stores that it opens. Any thread may call any member.
class Stores {
 public:
  /// `connection` outlives it.
  Stores(aws::Connection& connection, StoreSettings settings)
      : connection_(connection), settings_(std::move(settings)) {}

  /// A folder that does not exist is made where `create_folder` says so. Nothing is sent to S3 yet. What is read has
  /// its room in `budget`, where there is one; it outlives the store and its objects.
  ///
  /// Errors: those of open_folder_store and aws::Connection::client.
  Result<std::unique_ptr<ObjectStore>> open(const Place& place, bool create_folder, ByteBudget* budget = nullptr);
  /// Keys are "<bucket>/<key>".
  Result<std::unique_ptr<ObjectStore>> open_any_bucket(ByteBudget* budget = nullptr);

 private:
  Result<aws::S3*> s3();

  aws::Connection& connection_;
  StoreSettings settings_;
  std::mutex mutex_;
  std::optional<aws::S3> s3_;  // guarded by mutex_; made once
};

}  // namespace docmill
