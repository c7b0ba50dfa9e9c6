// Names of embedded images' files, which child and parent come to by themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace docmill {

/// The first digits of the SHA-256 of the file's bytes: equal images of a document are one file. Without its ending.
inline std::string image_name(std::string_view sha256_hex) {
  constexpr std::size_t digits = 32;
  return std::string(sha256_hex.substr(0, digits));
}

}  // namespace docmill
