// What is asked of recognised words: how many characters, how certain, and which lines make no sense.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "extract/ocr/engine.h"
#include "extract/ocr/placement.h"

namespace docmill::ocr {

Box box_of(const Word& word);
/// Around them; `nowhere` around none.
Box box_of(std::span<const Word> words);

/// Code points.
std::size_t characters_in(const Word& word);
std::size_t characters_in(const std::vector<Word>& words);

/// The sum of the confidence of characters, 1 for one that is certain.
double evidence_of(const std::vector<Word>& words);

/// Mean confidence of characters: bad print in a script of the model is above, letters of another script are below.
inline constexpr double legible_clarity_min = 60;
/// Dirt has fewer.
inline constexpr std::size_t illegible_characters_min = 30;
/// More say nothing new of a script.
inline constexpr std::size_t illegible_lines_max = 12;

struct IllegibleLines {
  Box box;  // around them, in the image of the words
  std::size_t characters = 0;
};

/// The run with the most characters, at least so many, of illegible lines of one block. `words` in reading order,
/// before any is left out. Pure.
std::optional<IllegibleLines> find_illegible(const std::vector<Word>& words);

}  // namespace docmill::ocr
