// One bucket for the places of a command, and how buckets are listed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/option.h"
#include "store/s3_store.h"

namespace docmill {

struct BucketOptions {
  /// With SourceOptions::key_prefix and OutputOptions::key_prefix another spelling of both places as places of S3;
  /// take_bucket() makes those of them.
  std::string name;
  std::uint32_t list_page_objects_max = S3StoreSettings{}.list_page_objects_max;

  static std::vector<Option> options();
};

}  // namespace docmill
