#include "cli/workplace.h"

#include "cli/options/bucket.h"
#include "cli/options/bucket_access.h"
#include "cli/options/encryption.h"
#include "cli/options/region.h"
#include "cli/options/selection.h"

namespace docmill {

aws::ConnectionSettings connection_of(const GroupValues& values) {
  return {.region = values.get_or_default<RegionOptions>().name,
          .expected_bucket_owner = values.get_or_default<BucketAccessOptions>().expected_owner};
}

StoreSettings stores_of(const GroupValues& values) {
  const auto encryption = values.get_or_default<EncryptionOptions>();
  return {.follow_links = values.get_or_default<SelectionOptions>().follow_links,
          .s3 = {.encryption = encryption.how,
                 .kms_key_id = encryption.kms_key_id,
                 .requester_pays = values.get_or_default<BucketAccessOptions>().requester_pays},
          .listing = {.list_page_objects_max = values.get_or_default<BucketOptions>().list_page_objects_max}};
}

Workplace::Workplace(const GroupValues& values)
    : connection(connection_of(values), *clock, *random), stores(connection, stores_of(values), *clock, *random) {}

}  // namespace docmill
