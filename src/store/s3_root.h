// What the parts of an S3 store share: where its keys lie, and what is sent with every request.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "aws/s3.h"
#include "store/object_store.h"

namespace docmill {

/// Listings and writers share it, so they may outlive the store; not so `s3`.
struct S3Root {
  aws::S3& s3;
  std::string bucket;  // empty: keys begin with the bucket's name and a slash
  std::string prefix;  // "a/b/" or empty
  std::uint32_t list_page_objects_max;
  mutable std::atomic<std::uint64_t> uploads_removed = 0;  // that killed writers left
  mutable std::atomic<bool> uploads_hidden = false;        // they may not be listed

  std::string uri(std::string_view key) const;
  /// invalid_input for a key that S3 cannot hold: empty, or with the prefix longer than 1,024 bytes.
  Result<aws::ObjectName> name_of(std::string_view key) const;
};

/// Metadata as S3 keeps it: '-' for '_' in names, since servers and gateways drop headers that have an underscore.
ObjectMetadata metadata_for_s3(const ObjectMetadata& metadata);

ObjectInfo info_of(std::string_view key, const aws::ObjectHead& head);

/// The object in one piece, or in parts that are fetched side by side. `uri` is for errors.
Result<Object> read_s3_object(const S3Root& root, std::string_view key, std::uint64_t size_bytes_max, Room* room);

Result<std::unique_ptr<ObjectWriter>> make_s3_writer(std::shared_ptr<const S3Root> root, std::string_view key);

/// End the uploads whose keys start with `prefix`, of which `is_dead` says so. Errors: those of listing them.
Result<void> remove_s3_uploads(const S3Root& root, const aws::ObjectName& prefix,
                               const std::function<bool(const aws::ListedUpload&)>& is_dead);

/// Fetches the first page.
Result<std::unique_ptr<Listing>> make_s3_listing(std::shared_ptr<const S3Root> root, ListOptions options);

}  // namespace docmill
