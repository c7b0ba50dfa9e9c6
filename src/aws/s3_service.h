// Amazon S3.
#pragma once

#include <string_view>

#include "aws/service.h"

namespace docmill::aws {

extern const Service s3_service;

/// An object's or bucket's address. The bucket is part of the host name on AWS, of the path where the endpoint is not
/// AWS's or the name does not fit a certificate (dots, capitals).
/// Errors: invalid_input (no region, no bucket name).
Result<Address> s3_address(const Settings& settings, std::string_view bucket, std::string_view key, const Query& query);

}  // namespace docmill::aws
