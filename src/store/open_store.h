// A store for a place, wherever that is: what the commands call.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aws/connection.h"
#include "aws/s3.h"
#include "store/object_store.h"
#include "store/place.h"
#include "store/s3_store.h"

namespace docmill {

struct StoreSettings {
  bool follow_links = false;  // of folders to read from, out of them
  aws::S3Settings s3;
  S3StoreSettings listing;
};

/// What a person named: a folder or prefix of documents, or one of them.
struct NamedStore {
  Place place;  // of the folder: what follows it in a key is the key in `store`
  std::unique_ptr<ObjectStore> store;
  std::optional<std::string> only = {};  // the key of the one document that was named; the store lists no other
};

struct NamedOptions {
  bool look_for_object = true;  // on S3, at the price of one HEAD; what is named is a prefix otherwise
};

/// Outlives the stores that it opens. Any thread may call any member.
class Stores {
 public:
  /// The references outlive it and its stores.
  Stores(aws::Connection& connection, StoreSettings settings, Clock& clock, Random& random)
      : connection_(connection), settings_(std::move(settings)), clock_(clock), random_(random) {}

  /// A folder that does not exist is made where `create_folder` says so. Nothing is sent to S3 yet.
  ///
  /// Errors: those of open_folder_store and aws::Connection::client; invalid_input where S3 is meant and no region is
  /// set.
  Result<std::unique_ptr<ObjectStore>> open(const Place& place, bool create_folder);
  /// For reading. A file or folder may be reached by a link, for it is named; what lies below a folder only where the
  /// settings say so. On S3 the object counts, else the prefix.
  ///
  /// Errors: those of open(), not_found (neither a file nor a folder), invalid_input (a pipe or device: it has no
  /// version, so that nobody could tell whether it was done).
  Result<NamedStore> open_named(const Place& named, const NamedOptions& options = {});
  /// Keys are "<bucket>/<key>".
  Result<std::unique_ptr<ObjectStore>> open_any_bucket();

 private:
  Result<aws::S3*> s3();
  Result<std::unique_ptr<ObjectStore>> retried(Result<std::unique_ptr<ObjectStore>> folder);
  Result<NamedStore> open_file(const Place& named);
  Result<NamedStore> open_named_in_bucket(const Place& named, const NamedOptions& options);

  aws::Connection& connection_;
  StoreSettings settings_;
  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::optional<aws::S3> s3_;  // guarded by mutex_; made once
};

}  // namespace docmill
