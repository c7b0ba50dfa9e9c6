#include "aws/s3_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/client.h"

namespace docmill::aws {
namespace {

constexpr Operation operations[] = {
    {.name = "GetObject", .reads_an_object = true},
    {.name = "HeadObject", .permission = "GetObject", .reads_an_object = true},
    {.name = "HeadBucket", .permission = "ListBucket"},
    {.name = "ListObjectsV2", .permission = "ListBucket"},
    {.name = "ListMultipartUploads", .permission = "ListBucketMultipartUploads"},
    {.name = "GetBucketLifecycleConfiguration", .permission = "GetLifecycleConfiguration"},
    {.name = "ListParts", .permission = "ListMultipartUploadParts"},
    {.name = "CreateMultipartUpload", .permission = "PutObject"},
    {.name = "UploadPart", .permission = "PutObject"},
    {.name = "CompleteMultipartUpload", .permission = "PutObject", .answers_early = true},
    {.name = "CopyObject", .permission = "PutObject", .answers_early = true},
};

bool is_bucket_name(std::string_view name) {
  constexpr std::size_t size_min = 3;
  constexpr std::size_t size_max = 255;  // of buckets from before 2018; 63 since
  return name.size() >= size_min && name.size() <= size_max &&
         std::ranges::all_of(name, [](unsigned char c) { return is_unreserved(c) && c != '~'; });
}

bool fits_host_name(std::string_view bucket) {
  constexpr std::size_t label_size_max = 63;
  return bucket.size() <= label_size_max && !bucket.starts_with('-') && !bucket.ends_with('-') &&
         std::ranges::all_of(bucket,
                             [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// "s3.eu-central-1.amazonaws.com". The form for dual stack is older than that of other services.
std::string own_host(const Settings& settings) {
  return fmt::format("s3{}{}.{}.{}", settings.fips ? "-fips" : "", settings.dual_stack ? ".dualstack" : "",
                     settings.region, partition_of(settings.region).suffix);
}

Result<Address> address_of(const Settings& settings, const Call& call) {
  return s3_address(settings, call.bucket, call.key, call.query);
}

/// S3 sends calls elsewhere for the time being: to its own hosts, and to nobody else's.
bool is_host_of_s3(std::string_view host) {
  return host.contains("s3") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"));
}

}  // namespace

constinit const Service s3_service{.traits = {.name = "s3"},
                                   .endpoint_variable = "AWS_ENDPOINT_URL_S3",
                                   .address = address_of,
                                   .operations = operations,
                                   .signs_path_as_sent = true,
                                   .leaves_body_to_tls = true,
                                   .redirects_to = is_host_of_s3};

Result<Address> s3_address(const Settings& settings, std::string_view bucket, std::string_view key,
                           const Query& query) {
  if (settings.region.empty()) return without_region("s3");
  if (!bucket.empty() && !is_bucket_name(bucket))
    return fail(ErrorKind::invalid_input, bucket, "not a bucket's name: 3 to 63 letters, digits, dots and hyphens");
  Address address{.target = "/" + percent_encoded(key, true) + encoded_query(query), .region = settings.region};
  const auto own = settings.endpoint_of(s3_service.name());
  address.endpoint = own ? *own : net::Endpoint{.host = own_host(settings)};
  if (bucket.empty()) return address;
  if (!own && fits_host_name(bucket))
    address.endpoint.host.insert(0, fmt::format("{}.", bucket));
  else
    address.target.insert(0, fmt::format("/{}", bucket));
  return address;
}

}  // namespace docmill::aws
