// Which three letters follow each other in words, as bits, and which characters are the letters. 17 KB.
#pragma once

#include <array>
#include <cstdint>

namespace docmill::text {

/// Bit (a * side + b) * side + c for the letters a, b, c, where side is one more than the script's letters, and 0
/// stands for the begin or end of a word.
inline constexpr std::uint32_t latin_side = 27, greek_side = 25, cyrillic_side = 41;
extern const std::array<std::uint64_t, 308> latin_sequences;
extern const std::array<std::uint64_t, 245> greek_sequences;
extern const std::array<std::uint64_t, 1077> cyrillic_sequences;

/// The number of a letter, from 1, of the characters from the one that the name gives; 0 for what is none.
extern const std::array<std::uint8_t, 527> latin_letters_41;
extern const std::array<std::uint8_t, 256> latin_letters_1e00;
extern const std::array<std::uint8_t, 144> greek_letters_370;
extern const std::array<std::uint8_t, 256> greek_letters_1f00;
extern const std::array<std::uint8_t, 304> cyrillic_letters_400;

}  // namespace docmill::text
