// "Did you mean ...?"
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace docmill {

/// Typing mistakes between two words: letters inserted, left out, replaced, or two neighbours swapped. Case and the
/// difference between '-' and '_' do not count.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The index of the word nearest to `word`; a word of which it is the beginning counts as near. Of equally near ones
/// the first. Nothing when there are no words, or `word` is too long to be a mistyped one.
std::optional<std::size_t> nearest(std::string_view word, std::span<const std::string> words);

}  // namespace docmill
