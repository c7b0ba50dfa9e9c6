// SHA-256, as OpenSSL computes it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "document/blob.h"

namespace docmill {

/// 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);
std::string sha256_hex(const Blob& blob);

}  // namespace docmill
