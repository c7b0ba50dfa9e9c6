// What the ending of a name promises of the bytes, where looking at them costs a request.
#pragma once

#include <cstdint>
#include <string_view>

namespace docmill {

enum class NameSays : std::uint8_t {
  pdf,      // ".pdf"
  image,    // of a format that docmill reads: ".png"
  other,    // of a format that it does not read: ".txt", ".parquet"
  nothing,  // no ending, or one that nobody knows
};

/// Any case. Only the last ending counts: "a.pdf.gz" is other.
NameSays name_says(std::string_view key);

}  // namespace docmill
