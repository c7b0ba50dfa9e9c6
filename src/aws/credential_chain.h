// The default chain of credentials, as every AWS tool has it.
#pragma once

#include <memory>

#include "aws/credentials.h"
#include "aws/settings.h"
#include "net/runtime.h"

namespace docmill::aws {

/// In this order: environment; profile files (keys, assumed roles, SSO, a program's output); web identity; then the ECS
/// container's endpoint, where its variables are set, or else EC2's metadata service (version 2 alone). The address of
/// a container's endpoint must be a loopback address, 169.254.170.2, 169.254.170.23 or https.
///
/// `runtime` outlives it.
Result<std::unique_ptr<CredentialSource>> default_chain(net::Runtime& runtime, const Settings& settings);

}  // namespace docmill::aws
