// The two kinds of children, each forked by a zygote of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace docmill {

enum class ChildKind : std::uint8_t {
  native,  // of docmill-extract: reads what a document says of itself
  ocr,     // of docmill-extract-ocr: has a warm recogniser and the decoders of images too
};

inline constexpr std::array child_kinds{ChildKind::native, ChildKind::ocr};

constexpr std::size_t index_of(ChildKind kind) { return static_cast<std::size_t>(kind); }

}  // namespace docmill
