#include "cli/options/bucket.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> BucketOptions::options() {
  return {
      {.flag = "bucket",
       .value_name = "NAME",
       .heading = Heading::buckets,
       .help = "With the next two another spelling of --in s3://NAME/PREFIX and --out s3://NAME/PREFIX.",
       .binding = bound::text<BucketOptions>([](auto& bucket) -> auto& { return bucket.name; })},
      {.flag = "list-page-size",
       .value_name = "COUNT",
       .heading = Heading::buckets,
       .after = "expected-bucket-owner",
       .help = "Keys that one request lists.",
       .binding = bound::integer<BucketOptions>({1, 1000},
                                                [](auto& bucket) -> auto& { return bucket.list_page_objects_max; })},
  };
}

}  // namespace docmill
