// A prefix of a bucket as an object store.
#pragma once

#include <cstdint>
#include <memory>

#include "aws/s3.h"
#include "store/object_store.h"
#include "store/place.h"

namespace docmill {

struct S3StoreSettings {
  std::uint32_t list_page_objects_max = 1000;  // S3 gives no more
};

/// Keys are opaque bytes, up to 1,024 with the prefix. `s3` outlives the store, its listings and its writers.
///
/// A read begins with one GET without a condition. An object of more than 16 MiB is left there and fetched in ranges of
/// 8 MiB, four at a time, each under the etag of that first answer: another version in between is source_changed. What
/// came is compared with the checksum that S3 keeps, or with the etag where that is an MD5; a read that does not match
/// is repeated twice, then the place is unavailable.
///
/// A body for which there is no room when its answer comes is left there as well, and fetched in ranges when there is.
///
/// A writer keeps up to 16 MiB in memory, more in a temporary file without a name, and sends when it is committed: in
/// one PUT, or above 16 MiB as a multipart upload of four parts at a time, which is aborted when it fails. When the
/// condition of a write that had to be repeated does not hold, the object may be the one that the first request wrote:
/// the same length, checksum and metadata count as success.
///
/// A key that does not exist is answered with 403 where the caller may not list the bucket: `denied` with a message
/// that names both permissions.
Result<std::unique_ptr<ObjectStore>> open_s3_store(aws::S3& s3, const Place& place, const S3StoreSettings& settings);

/// All buckets at once: keys are "<bucket>/<key>". It lists nothing (invalid_input).
std::unique_ptr<ObjectStore> open_any_bucket_store(aws::S3& s3);

}  // namespace docmill
