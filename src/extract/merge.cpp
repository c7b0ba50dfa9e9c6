#include "extract/merge.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace docmill::extract {
namespace {

constexpr double points_per_inch = 72;

Rect united(const Rect& a, const Rect& b) {
  return {.left = std::min(a.left, b.left),
          .top = std::min(a.top, b.top),
          .right = std::max(a.right, b.right),
          .bottom = std::max(a.bottom, b.bottom)};
}

bool holds_middle(const Rect& box, const Rect& word) {
  const double x = (word.left + word.right) / 2;
  const double y = (word.top + word.bottom) / 2;
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

bool share_a_column(const Rect& a, const Rect& b) { return a.left < b.right && b.left < a.right; }

/// Before which of the lines the block belongs: 0 is before all, their number behind the last.
std::size_t place_among(std::span<const pdf::TextLine> lines, const Rect& block) {
  const double middle = (block.top + block.bottom) / 2;
  std::optional<std::size_t> after;
  std::optional<std::size_t> before;
  double lowest_above = 0;
  double highest_below = 0;
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (const Rect& run : lines[i].boxes) {
      if (!share_a_column(run, block)) continue;
      if (run.bottom <= middle && (!after || run.bottom >= lowest_above)) {
        after = i;
        lowest_above = run.bottom;
      } else if (run.top >= middle && (!before || run.top < highest_below)) {
        before = i;
        highest_below = run.top;
      }
    }
  if (after) return *after + 1;
  return before.value_or(lines.size());
}

void append_paragraph(std::string& text, std::string_view paragraph) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty()) text += "\n\n";
  text += paragraph;
}

}  // namespace

std::vector<PageWord> place_words(std::vector<ocr::Word> words, const ImagePlace& place) {
  const double points = points_per_inch / place.dpi;
  std::vector<PageWord> placed;
  placed.reserve(words.size());
  for (ocr::Word& word : words)
    placed.push_back({.text = std::move(word.text),
                      .box = {.left = place.left_pt + (word.left_px * points),
                              .top = place.top_pt + (word.top_px * points),
                              .right = place.left_pt + (word.right_px * points),
                              .bottom = place.top_pt + (word.bottom_px * points)},
                      .confidence = word.confidence,
                      .line_index = word.line_index,
                      .block_index = word.block_index,
                      .source = WordSource::ocr});
  return placed;
}

bool holds_middle_of(std::span<const Rect> boxes, const Rect& box) {
  return std::ranges::any_of(boxes, [&](const Rect& other) { return holds_middle(other, box); });
}

std::vector<PageWord> words_outside(std::vector<PageWord> words, std::span<const Rect> boxes) {
  std::erase_if(words, [&](const PageWord& word) { return holds_middle_of(boxes, word.box); });
  return words;
}

std::vector<Block> blocks_of(std::span<const PageWord> words) {
  std::vector<Block> blocks;
  const PageWord* last = nullptr;
  for (const PageWord& word : words) {
    if (last == nullptr || last->block_index != word.block_index) {
      blocks.push_back({.text = word.text, .box = word.box, .words = {&word, 1}});
    } else {
      Block& block = blocks.back();
      block.text += last->line_index != word.line_index ? '\n' : ' ';
      block.text += word.text;
      block.box = united(block.box, word.box);
      block.words = {block.words.data(), block.words.size() + 1};
    }
    last = &word;
  }
  return blocks;
}

std::string text_of(std::span<const Block> blocks) {
  std::string text;
  for (const Block& block : blocks) append_paragraph(text, block.text);
  return text;
}

std::vector<PageWord> clear_blocks(std::vector<PageWord> words) {
  constexpr double confidence_min = 50;
  std::vector<PageWord> clear;
  for (auto from = words.begin(); from != words.end();) {
    const auto to =
        std::find_if(from, words.end(), [&](const PageWord& word) { return word.block_index != from->block_index; });
    if (mean_confidence(std::span(from, to)).value_or(0) >= confidence_min)
      clear.insert(clear.end(), std::make_move_iterator(from), std::make_move_iterator(to));
    from = to;
  }
  return clear;
}

std::optional<double> mean_confidence(std::span<const PageWord> words) {
  if (words.empty()) return std::nullopt;
  double sum = 0;
  for (const PageWord& word : words) sum += word.confidence.value_or(0);
  return sum / static_cast<double>(words.size());
}

bool is_low(std::optional<double> mean_confidence) {
  constexpr double lowest = 65;
  return mean_confidence && *mean_confidence < lowest;
}

Merged merge(std::span<const pdf::TextLine> lines, std::span<const Block> blocks) {
  std::vector<std::vector<const Block*>> before(lines.size() + 1);
  for (const Block& block : blocks) before[place_among(lines, block.box)].push_back(&block);
  Merged merged;
  const auto add_words = [&](std::span<const PageWord> words) {
    merged.words.insert(merged.words.end(), words.begin(), words.end());
  };
  std::string& text = merged.text;
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    for (const Block* block : before[i]) {
      append_paragraph(text, block->text);
      add_words(block->words);
    }
    if (i == lines.size()) break;
    if (!before[i].empty())
      append_paragraph(text, lines[i].text);
    else
      text += (i > 0 ? "\n" : "") + lines[i].text;
    add_words(lines[i].words);
  }
  text.resize(text.find_last_not_of(" \t\n") + 1);
  return merged;
}

void number_lines(std::span<PageWord> words) {
  PageWord last;  // as it was before
  std::uint32_t line = 0, block = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    PageWord& word = words[i];
    const bool begins_block = word.source != last.source || word.block_index != last.block_index;
    const bool begins_line = begins_block || word.line_index != last.line_index;
    if (i > 0 && begins_block) ++block;
    if (i > 0 && begins_line) ++line;
    last.source = word.source;
    last.line_index = std::exchange(word.line_index, line);
    last.block_index = std::exchange(word.block_index, block);
  }
}

Rect on_page(const Rect& box, double width_pt, double height_pt) {
  return {.left = std::clamp(box.left, 0.0, width_pt),
          .top = std::clamp(box.top, 0.0, height_pt),
          .right = std::clamp(box.right, 0.0, width_pt),
          .bottom = std::clamp(box.bottom, 0.0, height_pt)};
}

}  // namespace docmill::extract
