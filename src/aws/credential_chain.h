// The default chain of credentials, as every AWS tool has it.
#pragma once

#include <memory>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "net/runtime.h"

namespace docmill::aws {

/// AWS's own code takes AWS_ENDPOINT_URL_STS and _SSO for hosts, not for URLs. "https://HOST" becomes "HOST" in this
/// process's environment; what is no such URL stays as it is. Before the first thread.
void turn_endpoints_into_hosts();

/// In this order: environment; profile files (keys, assumed roles, SSO, a program's output); web identity; then the ECS
/// container's endpoint, where its variables are set, or else EC2's metadata service (version 2 alone). The address of
/// a container's endpoint must be a loopback address, 169.254.170.2, 169.254.170.23 or https.
///
/// `runtime` outlives it.
Result<std::unique_ptr<CredentialSource>> default_chain(net::Runtime& runtime, const Settings& settings);

}  // namespace docmill::aws
