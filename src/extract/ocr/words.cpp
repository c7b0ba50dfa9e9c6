#include "extract/ocr/words.h"

#include <algorithm>
#include <cstdint>

namespace docmill::ocr {
namespace {

struct Line {
  Box box = nowhere;
  std::uint32_t block = 0;
  std::size_t characters = 0;
  bool is_illegible = false;
};

std::vector<Line> lines_of(const std::vector<Word>& words) {
  std::vector<Line> lines;
  for (auto begin = words.begin(); begin != words.end();) {
    const auto end =
        std::find_if(begin, words.end(), [&](const Word& word) { return word.line_index != begin->line_index; });
    const std::vector<Word> line(begin, end);
    const std::size_t characters = characters_in(line);
    lines.push_back({.box = box_of(std::span(line)),
                     .block = begin->block_index,
                     .characters = characters,
                     .is_illegible = 100 * evidence_of(line) < legible_clarity_min * static_cast<double>(characters)});
    begin = end;
  }
  return lines;
}

}  // namespace

Box box_of(std::span<const Word> words) {
  Box box = nowhere;
  for (const Word& word : words) box = around(box, box_of(word));
  return box;
}

Box box_of(const Word& word) {
  return {.left = static_cast<double>(word.left_px),
          .top = static_cast<double>(word.top_px),
          .right = static_cast<double>(word.right_px),
          .bottom = static_cast<double>(word.bottom_px)};
}

std::size_t characters_in(const Word& word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(word.text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::size_t characters_in(const std::vector<Word>& words) {
  std::size_t characters = 0;
  for (const Word& word : words) characters += characters_in(word);
  return characters;
}

double evidence_of(const std::vector<Word>& words) {
  double evidence = 0;
  for (const Word& word : words) evidence += static_cast<double>(characters_in(word)) * word.confidence / 100;
  return evidence;
}

std::optional<IllegibleLines> find_illegible(const std::vector<Word>& words) {
  IllegibleLines most, run;
  std::size_t run_lines = 0;
  std::uint32_t run_block = 0;
  for (const Line& line : lines_of(words)) {
    const bool goes_on = line.is_illegible && line.block == run_block && run_lines < illegible_lines_max;
    if (run_lines == 0 || !goes_on) {
      run = {.box = nowhere};
      run_lines = 0;
    }
    if (!line.is_illegible) continue;
    run = {.box = around(run.box, line.box), .characters = run.characters + line.characters};
    run_block = line.block;
    ++run_lines;
    if (run.characters > most.characters) most = run;
  }
  return most.characters >= illegible_characters_min ? std::optional(most) : std::nullopt;
}

}  // namespace docmill::ocr
