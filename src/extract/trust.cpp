#include "extract/trust.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "document/page.h"
#include "extract/ocr_decision.h"

namespace docmill::extract {
namespace {

void add(pdf::FontText& sum, const pdf::FontText& font) {
  sum.readable += font.readable;
  sum.unmapped += font.unmapped;
  sum.numbers += font.numbers;
  sum.private_use += font.private_use;
  sum.replacements += font.replacements;
  sum.controls += font.controls;
  sum.spelling.sequences += font.spelling.sequences;
  sum.spelling.known += font.spelling.known;
  sum.wrong_bytes = sum.wrong_bytes || font.wrong_bytes;
  sum.odd_words = sum.odd_words || font.odd_words;
}

void add(TextGroup& group, std::uint16_t number, const pdf::FontText& font) {
  group.fonts.push_back(number);
  add(group.text, font);
}

double spelling_trust(const text::Spelling& spelling) {
  if (!spelling.is_judged()) return 1;
  constexpr double half = text::Spelling::impossible;
  constexpr double whole = text::Spelling::likely;
  return std::clamp(0.5 + (0.5 * (spelling.share() - half) / (whole - half)), 0.0, 1.0);
}

/// A sum over characters, divided by another.
struct Mean {
  double sum = 0, count = 0;

  void add(double value, double weight) {
    sum += value * weight;
    count += weight;
  }
  double value() const { return count > 0 ? sum / count : 1; }
};

}  // namespace

bool TextGroup::has_signal() const {
  // Program code has signs among its letters, and words as well.
  constexpr std::uint32_t three_words = 12;
  const bool has_words = text.spelling.sequences >= three_words && text.spelling.share() >= text::Spelling::doubtful;
  return text.wrong_bytes || (text.odd_words && !has_words) || text.spelling.is_doubtful();
}

double TextGroup::trust() const {
  constexpr double undecided_min = 0.5;
  constexpr double wrong_bytes_max = 0.4;
  const double by_signs = std::min(spelling_trust(text.spelling), text.wrong_bytes ? wrong_bytes_max : 1);
  switch (verdict) {
    case Verdict::confirmed:
      return 1;
    case Verdict::contradicted:
      return 0;
    case Verdict::undecided:
      return std::max(by_signs, undecided_min);
    case Verdict::unchecked:
    case Verdict::unconvincing:
      break;
  }
  return by_signs;
}

double TextGroup::trust_for_ocr() const {
  return verdict == Verdict::undecided || verdict == Verdict::unconvincing ? 1 : trust();
}

Trust::Trust(const pdf::PageText& text, Grouping grouping) : fonts_(text.fonts) {
  TextGroup others;
  for (std::size_t i = 0; i < text.fonts.size(); ++i) {
    const pdf::FontText& font = text.fonts[i];
    const auto number = static_cast<std::uint16_t>(i);
    if (grouping == Grouping::every_font || font.spelling.sequences >= text::Spelling::few_sequences ||
        font.wrong_bytes || font.odd_words)
      add(groups_.emplace_back(), number, font);
    else
      add(others, number, font);
  }
  if (!others.fonts.empty()) groups_.push_back(std::move(others));
}

bool Trust::has_signal() const { return std::ranges::any_of(groups_, &TextGroup::has_signal); }

double Trust::value() const {
  Mean mean;
  for (const TextGroup& group : groups_) {
    mean.add(group.trust(), group.text.readable);
    mean.add(0, group.text.unreadable());
  }
  return mean.value();
}

double Trust::value_of_readable() const {
  Mean mean;
  for (const TextGroup& group : groups_)
    if (group.verdict != Verdict::contradicted) mean.add(group.trust(), group.text.readable);
  return mean.value();
}

bool Trust::is_below(double trust_min) const {
  Mean mean;
  for (const TextGroup& group : groups_) {
    mean.add(group.trust_for_ocr(), group.text.readable);
    mean.add(0, group.text.unreadable());
  }
  return mean.value() < trust_min;
}

std::vector<std::uint16_t> Trust::fonts_below(double trust_min) const {
  std::vector<std::uint16_t> below;
  for (const TextGroup& group : groups_)
    for (const std::uint16_t font : group.fonts) {
      Mean mean;
      mean.add(group.trust_for_ocr(), fonts_[font].readable);
      mean.add(0, fonts_[font].unreadable());
      if (mean.value() < trust_min) below.push_back(font);
    }
  return below;
}

std::vector<std::string_view> Trust::reasons() const {
  pdf::FontText all;
  bool contradicted = false;
  bool unchecked = false;
  bool impossible = false;
  for (const TextGroup& group : groups_) {
    add(all, group.text);
    contradicted = contradicted || group.verdict == Verdict::contradicted;
    if (!group.has_signal() || group.verdict == Verdict::confirmed) continue;
    impossible = impossible || group.text.spelling.is_impossible();
    const bool nobody_knows = group.verdict == Verdict::unchecked || group.verdict == Verdict::unconvincing;
    unchecked = unchecked || (nobody_knows && (group.text.wrong_bytes || group.text.spelling.is_impossible()));
  }
  const bool wrong_bytes = std::ranges::any_of(
      groups_, [](const TextGroup& group) { return group.text.wrong_bytes && group.verdict != Verdict::confirmed; });
  const std::uint32_t glyphs = all.readable + all.unreadable();
  const auto counts = [&](std::uint32_t some) { return has_unreadable_text(glyphs - some, some); };
  std::vector<std::string_view> codes;
  const auto tell = [&](bool due, std::string_view code) {
    if (due) codes.push_back(code);
  };
  tell(counts(all.unmapped), warning::unmapped_glyphs);
  tell(counts(all.numbers), warning::glyph_numbers);
  tell(counts(all.private_use), warning::private_use);
  tell(counts(all.replacements), warning::replacement_characters);
  tell(counts(all.controls), warning::control_characters);
  tell(wrong_bytes, warning::wrong_bytes);
  tell(impossible, warning::impossible_letters);
  tell(contradicted, warning::text_contradicted);
  tell(unchecked, warning::text_unchecked);
  return codes;
}

}  // namespace docmill::extract
