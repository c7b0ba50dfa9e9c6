#include "extract/text_check.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "extract/merge.h"
#include "extract/own_text.h"
#include "extract/text/letters.h"

namespace docmill::extract {
namespace {

using Letters = std::u32string;

/// A line is hardly longer; of what is, the beginning tells as much.
constexpr std::size_t letters_max = 400;
constexpr std::size_t letters_min = 8;

std::u32string code_points_of(std::string_view text) {
  std::u32string code_points;
  const auto length = static_cast<std::int64_t>(text.size());
  for (std::int64_t at = 0; at < length;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), at, length, c);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (c >= 0) code_points.push_back(static_cast<char32_t>(c));
  }
  return code_points;
}

/// Letters and digits in lower case.
Letters letters_of(std::string_view text) {
  Letters letters;
  for (const char32_t c : code_points_of(text)) {
    const auto character = static_cast<UChar32>(c);
    if (u_isalnum(character) && letters.size() < letters_max)
      letters.push_back(static_cast<char32_t>(u_tolower(character)));
  }
  return letters;
}

/// Levenshtein's.
std::size_t distance_of(const Letters& a, const Letters& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t i = 0; i <= b.size(); ++i) row[i] = i;
  for (std::size_t from = 0; from < a.size(); ++from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t to = 0; to < b.size(); ++to) {
      const std::size_t above = row[to + 1];
      row[to + 1] = std::min({diagonal + (a[from] == b[to] ? 0 : 1), above + 1, row[to] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

Rect box_of(const pdf::TextLine& line) {
  Rect box = line.boxes.front();
  for (const Rect& run : line.boxes)
    box = {.left = std::min(box.left, run.left),
           .top = std::min(box.top, run.top),
           .right = std::max(box.right, run.right),
           .bottom = std::max(box.bottom, run.bottom)};
  return box;
}

/// In one row, or on a page that lies on its side in one column: nothing else lies in their box.
bool is_level(const pdf::TextLine& line) {
  constexpr double like = 1.5;
  const Rect box = box_of(line);
  const auto all_are = [&](double side, auto side_of) {
    return std::ranges::all_of(line.boxes, [&](const Rect& run) { return side <= like * side_of(run); });
  };
  return all_are(box.bottom - box.top, [](const Rect& run) { return run.bottom - run.top; }) ||
         all_are(box.right - box.left, [](const Rect& run) { return run.right - run.left; });
}

bool is_telling(const pdf::TextLine& line, std::span<const std::uint16_t> fonts) {
  return line.readable >= letters_min && line.is_readable() && line.font &&
         std::ranges::find(fonts, *line.font) != fonts.end() && is_level(line);
}

/// Digits for the most part, or spelled as words are.
bool is_text(const Letters& letters, const text::Spelling& spelling) {
  constexpr std::uint32_t sequences_min = 12;
  const auto digits = std::ranges::count_if(letters, [](char32_t c) { return u_isdigit(static_cast<UChar32>(c)); });
  if (2 * static_cast<std::size_t>(digits) >= letters.size()) return true;
  return spelling.sequences >= sequences_min && spelling.share() >= text::Spelling::doubtful;
}

/// How far two readings of some lines are apart.
struct Difference {
  double edits = 0, letters = 0;

  void add(const Letters& own, const Letters& read) {
    edits += static_cast<double>(distance_of(own, read));
    letters += static_cast<double>(std::max(own.size(), read.size()));
  }
  double agreement() const { return letters == 0 ? 1 : 1 - (edits / letters); }
};

/// What the lines say, and what was read of them.
struct Comparison {
  Difference difference;
  Letters read;
  text::Speller speller;
  double confidence = 0;
  std::size_t words = 0;

  void add(std::string_view own_line, const std::vector<PageWord>& found) {
    std::string text;
    for (const PageWord& word : found) {
      (text += word.text) += ' ';
      confidence += word.confidence.value_or(0);
      ++words;
    }
    const Letters letters = letters_of(text);
    difference.add(letters_of(own_line), letters);
    for (const char32_t c : code_points_of(text)) speller.take(c);
    speller.end_word();
    read += letters;
  }
};

}  // namespace

double agreement_of(std::string_view own, std::string_view read) {
  Difference difference;
  difference.add(letters_of(own), letters_of(read));
  return difference.agreement();
}

std::vector<pdf::TextLine> telling_lines(const std::vector<pdf::TextLine>& lines, std::span<const std::uint16_t> fonts,
                                         std::size_t count) {
  std::vector<const pdf::TextLine*> possible;
  for (const pdf::TextLine& line : lines)
    if (is_telling(line, fonts)) possible.push_back(&line);
  std::vector<pdf::TextLine> telling;
  for (std::size_t part = 0; part < count; ++part) {
    const auto from = possible.begin() + static_cast<std::ptrdiff_t>(part * possible.size() / count);
    const auto to = possible.begin() + static_cast<std::ptrdiff_t>((part + 1) * possible.size() / count);
    const auto longest = std::max_element(
        from, to, [](const pdf::TextLine* a, const pdf::TextLine* b) { return a->readable < b->readable; });
    if (longest != to) telling.push_back(**longest);
  }
  return telling;
}

Verdict check_lines(const Reading& reading, pdf::Page& page, std::span<const pdf::TextLine> lines) {
  constexpr double confidence_min = 75;
  Comparison all;
  for (const pdf::TextLine& line : lines) {
    const Result<pdf::PartImage> image =
        page.render(with_margin(box_of(line)), {static_cast<double>(reading.options.recipe.ocr_dpi)},
                    reading.options.recipe.limits);
    if (!image) continue;
    Result<ocr::Recognition> found = reading.recogniser->recognise(image->image);
    if (!found) continue;
    all.add(line.text, place_words(std::move(found->words), {.dpi = image->image.dpi}));
  }
  if (all.difference.letters == 0) return Verdict::unchecked;
  const double agreement = all.difference.agreement();
  if (agreement >= confirmed_min) return Verdict::confirmed;
  const bool convincing = all.words > 0 && all.confidence >= confidence_min * static_cast<double>(all.words) &&
                          is_text(all.read, all.speller.total());
  if (!convincing) return Verdict::unconvincing;
  return agreement < contradicted_max ? Verdict::contradicted : Verdict::undecided;
}

}  // namespace docmill::extract
