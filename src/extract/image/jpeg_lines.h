// JPEG whose frame leaves the number of its lines open: scanners write it behind the first scan (DNL).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace docmill::image {

struct DefinedLines {
  std::size_t offset = 0;  // of the number in the frame header, which is 0 there
  std::uint16_t lines = 0;
};

/// Nothing where the frame says a number, or nowhere is one (ISO 10918-1, annex B.2.5). Looks through the bytes once.
std::optional<DefinedLines> find_defined_lines(std::span<const std::byte> jpeg);

}  // namespace docmill::image
