// Amazon SQS.
#pragma once

#include <string_view>

#include "aws/service.h"

namespace docmill::aws {

extern const Service sqs_service;

/// The service at the host of a queue's URL, or the configured endpoint. On AWS the URL also names the region.
/// Errors: invalid_input (no URL, no region).
Result<Address> sqs_address(const Settings& settings, std::string_view queue_url);

}  // namespace docmill::aws
