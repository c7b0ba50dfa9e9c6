#include "extract/pdf/glyph_numbers.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "extract/pdf/glyph_orders.h"
#include "extract/text/clean.h"
#include "extract/text/letters.h"

namespace docmill::pdf {
namespace {

/// Whether what is spelled so is words: eight or so of them, or fewer with hardly a flaw. Of three sequences in an
/// order that is wrong one or two are known.
bool spells_words(const text::Spelling& spelling, std::uint32_t few, double few_share_min) {
  constexpr std::uint32_t sequences_min = 40;
  return (spelling.sequences >= sequences_min && spelling.share() >= text::Spelling::likely) ||
         (spelling.sequences >= few && spelling.share() >= few_share_min);
}
constexpr std::uint32_t three_words = 12;
constexpr std::uint32_t one_word = 5;
constexpr double flawless = 0.95;
constexpr double nearly_flawless = 0.9;  // where a blank is where it should be, too

/// The words that a font's codes spell when they are read in one order.
class WordsInOrder {
 public:
  explicit WordsInOrder(Order order) : order_(order) {}

  void take(char32_t code, bool is_code) {
    const char32_t c = is_code ? character_of(code, order_) : code;
    if (is_code && c != unknown) ++read_;
    word_.push_back(c);
    if (!is_code || !is_high_code(code, order_)) return;
    has_high_letter_ = has_high_letter_ || is_high_letter(c);
    if (is_high_punctuation(c)) return;
    ++high_codes_;
    frequency_ += frequency_of(c);
    if (different_.size() < different_min) different_.insert(c);
  }

  void end_word() {
    spell(all_);
    if (has_high_letter_) spell(high_);
    word_.clear();
    has_high_letter_ = false;
  }

  Order order() const { return order_; }
  std::uint32_t read() const { return read_; }
  const text::Spelling& spelling() const { return all_.total(); }
  /// Of what stands beyond ASCII, but for punctuation.
  double mean_frequency() const { return high_codes_ > 0 ? frequency_ / high_codes_ : 0; }
  /// Whether what stands beyond ASCII is letters that words have: some that are usual, or one beside a font of the same
  /// order.
  bool knows_high_letters(bool in_company) const {
    constexpr double usual = 1.5;
    if (order_ == Order::as_is) return mean_frequency() >= usual;
    const bool enough = in_company || different_.size() >= different_min;
    return enough && mean_frequency() >= usual && spells_words(high_.total(), one_word, nearly_flawless);
  }

 private:
  void spell(text::Speller& speller) {
    for (const char32_t c : word_) speller.take(c);
    speller.end_word();
  }

  Order order_;
  std::u32string word_;
  bool has_high_letter_ = false;
  std::uint32_t read_ = 0;  // codes that have a character in this order
  std::uint32_t high_codes_ = 0;
  double frequency_ = 0;
  std::set<char32_t> different_;  // up to different_min
  static constexpr std::size_t different_min = 2;
  text::Speller all_, high_;  // all words, and those with a letter beyond ASCII
};

/// Which of a font's glyphs have codes in place of characters.
enum class Coded : std::uint8_t {
  none,     // none, or a few, whose codes say nothing
  some,     // those that PDFium says have no character: half of them or more
  seem_all  // its map says that codes are characters, and some of them would be control characters
};

struct CodedFont {
  Coded coded = Coded::none;
  std::uint32_t glyphs = 0, unmapped = 0, controls = 0;
  std::set<char32_t> inkless;  // up to inkless_max + 1
  bool draws = false;          // some other one
  bool blank_is_drawn = false;
  std::uint32_t codes = 0;
  std::set<char32_t> different;  // up to different_min
  std::vector<WordsInOrder> words;
  std::optional<Order> order;
  bool high_letters_are_clear = true;  // no other order is as likely
  bool high_letters_are_known = false;

  static constexpr std::size_t different_min = 3, inkless_max = 2;

  void find_coded() {
    if (2 * unmapped >= glyphs)
      coded = Coded::some;
    else if (20 * controls >= glyphs)
      coded = Coded::seem_all;
  }

  void see(const Glyph& glyph, bool has_ink) {
    draws = draws || has_ink;
    blank_is_drawn = blank_is_drawn || (has_ink && glyph.unicode == blank_code);
    if (!has_ink && inkless.size() <= inkless_max) inkless.insert(glyph.unicode);
  }

  /// A font that draws nothing is one that is not there; and it has no more than two spaces.
  bool is_blank(char32_t code) const { return draws && inkless.size() <= inkless_max && inkless.contains(code); }

  bool is_code(const Glyph& glyph) const { return coded == Coded::seem_all || glyph.is_code; }

  bool reads_nearly_all(const WordsInOrder& reading) const { return 20 * reading.read() >= 19 * codes; }

  bool spells_as_is() const {
    const text::Spelling& spelling = words.front().spelling();
    return is_blank(' ') ? spells_words(spelling, one_word, nearly_flawless)
                         : spells_words(spelling, three_words, flawless);
  }

  void decide() {
    if (words.empty() || codes == 0) return;
    if (spells_as_is()) {
      if (coded == Coded::some) order = Order::as_is;
      return;
    }
    if (is_blank(blank_code)) decide_among_numbers();
  }

  bool is_possible(const WordsInOrder& reading) const {
    return reading.order() != Order::as_is && reads_nearly_all(reading) &&
           spells_words(reading.spelling(), three_words, nearly_flawless);
  }

  void decide_among_numbers() {
    constexpr double clear_difference = 0.3;
    double best = 0;
    for (const WordsInOrder& reading : words) {
      if (!is_possible(reading)) continue;
      // They differ beyond ASCII alone.
      const double frequency = reading.mean_frequency();
      if (order && frequency <= best) {
        high_letters_are_clear = high_letters_are_clear && best - frequency >= clear_difference;
        continue;
      }
      high_letters_are_clear = !order || frequency - best >= clear_difference;
      order = reading.order();
      best = frequency;
    }
  }

  /// Fonts of a page are numbered alike.
  void settle_by(Order other) {
    if (!order || *order == Order::as_is || high_letters_are_clear) return;
    if (!is_possible(words[static_cast<std::size_t>(other)])) return;
    order = other;
    high_letters_are_clear = true;
  }

  bool may_follow(Order other) const {
    const WordsInOrder& reading = words[static_cast<std::size_t>(other)];
    const text::Spelling& spelling = reading.spelling();
    return !blank_is_drawn && different.size() >= different_min && reads_nearly_all(reading) &&
           (spelling.sequences < three_words || spelling.share() >= text::Spelling::likely);
  }

  bool knows_high_letters(bool in_company) const {
    return high_letters_are_clear && words[static_cast<std::size_t>(*order)].knows_high_letters(in_company);
  }
};

class NumberReader {
 public:
  NumberReader(FPDF_TEXTPAGE text_page, std::vector<Glyph>& glyphs, std::size_t font_count)
      : text_page_(text_page), glyphs_(glyphs), fonts_(font_count) {}

  bool read() {
    if (!find_fonts()) return false;
    find_blanks();
    collect_words();
    decide();
    return put_characters();
  }

 private:
  bool is_wanted(const Glyph& glyph) const {
    return glyph.font < fonts_.size() && fonts_[glyph.font].coded != Coded::none;
  }

  bool find_fonts() {
    bool any = false;
    for (const Glyph& glyph : glyphs_) {
      if (glyph.font >= fonts_.size()) continue;
      CodedFont& font = fonts_[glyph.font];
      ++font.glyphs;
      if (glyph.is_code)
        ++font.unmapped;
      else if (glyph.mark || (glyph.unicode < ' ' && glyph.unicode != text::line_end_hyphen))
        ++font.controls;
      else
        continue;
      any = true;
    }
    if (any)
      for (CodedFont& font : fonts_)
        if (font.unmapped + font.controls > 0) font.find_coded();
    return any;
  }

  void find_blanks() {
    for (const Glyph& glyph : glyphs_)
      if (is_wanted(glyph) && (glyph.is_code || glyph.mark))
        fonts_[glyph.font].see(glyph, !draws_nothing(text_page_, glyph));
    for (Glyph& glyph : glyphs_) {
      if (!is_wanted(glyph) || !(glyph.is_code || glyph.mark) || !fonts_[glyph.font].is_blank(glyph.unicode)) continue;
      glyph.unicode = ' ';
      glyph.is_code = glyph.mark = false;
    }
  }

  void collect_words() {
    for (CodedFont& font : fonts_)
      if (font.coded != Coded::none)
        for (const Order order : orders) font.words.emplace_back(order);
    std::uint16_t last = Glyph::no_font;
    for (const Glyph& glyph : glyphs_) {
      if (last != Glyph::no_font && (glyph.font != last || glyph.unicode == ' ')) end_word(last);
      last = Glyph::no_font;
      if (!is_wanted(glyph) || glyph.unicode == ' ') continue;
      last = glyph.font;
      CodedFont& font = fonts_[glyph.font];
      const bool is_code = font.is_code(glyph);
      for (WordsInOrder& reading : font.words) reading.take(glyph.unicode, is_code);
      if (!is_code) continue;
      ++font.codes;
      if (font.different.size() < CodedFont::different_min) font.different.insert(glyph.unicode);
    }
    if (last != Glyph::no_font) end_word(last);
  }

  void end_word(std::uint16_t font) {
    for (WordsInOrder& reading : fonts_[font].words) reading.end_word();
  }

  void decide() {
    for (CodedFont& font : fonts_) font.decide();
    const std::optional<Order> certain = certain_order();
    for (CodedFont& font : fonts_) {
      if (certain) font.settle_by(*certain);
      if (certain && font.codes > 0 && !font.order && font.may_follow(*certain)) font.order = certain;
      const bool in_company = certain && font.order == certain && company_knows_;
      font.high_letters_are_known = font.order && font.knows_high_letters(in_company);
    }
  }

  /// That of a font whose letters beyond ASCII are known, too, if there is one.
  std::optional<Order> certain_order() {
    std::optional<Order> certain;
    for (const CodedFont& font : fonts_) {
      if (!font.order || *font.order == Order::as_is) continue;
      company_knows_ = font.knows_high_letters(false);
      if (company_knows_) return font.order;
      if (!certain) certain = font.order;
    }
    return certain;
  }

  bool put_characters() {
    bool repaired = false;
    for (Glyph& glyph : glyphs_) {
      if (!is_wanted(glyph) || glyph.unicode == ' ' || !fonts_[glyph.font].order) continue;
      if (!fonts_[glyph.font].is_code(glyph)) continue;
      const Order order = *fonts_[glyph.font].order;
      const char32_t c = character_of(glyph.unicode, order);
      const bool high = is_high_code(glyph.unicode, order);
      const bool clear = fonts_[glyph.font].high_letters_are_known || (order == Order::as_is && is_high_punctuation(c));
      const bool known = c != unknown && (!high || clear);
      if (order == Order::as_is && !known) continue;
      repaired = repaired || order != Order::as_is;
      glyph.unicode = known ? c : unknown;
      glyph.is_code = glyph.mark = false;
    }
    return repaired;
  }

  FPDF_TEXTPAGE text_page_;
  std::vector<Glyph>& glyphs_;
  std::vector<CodedFont> fonts_;
  bool company_knows_ = false;  // a font of the page knows its letters beyond ASCII
};

bool may_be_number(const Glyph& glyph) { return glyph.is_code || glyph.mark || glyph.unicode < ' '; }

bool is_line_end(const Glyph& glyph) {
  return glyph.object == nullptr && (glyph.unicode == '\r' || glyph.unicode == '\n');
}

bool is_lower_case(char32_t c) { return u_islower(static_cast<UChar32>(c)) != 0; }

/// As PDFium does where it knows the characters.
void join_broken_words(std::vector<Glyph>& glyphs) {
  std::vector<Glyph> joined;
  joined.reserve(glyphs.size());
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    joined.push_back(glyphs[i]);
    if (glyphs[i].unicode != '-' || i == 0 || !is_lower_case(glyphs[i - 1].unicode)) continue;
    std::size_t next = i + 1;
    while (next < glyphs.size() && is_line_end(glyphs[next])) ++next;
    if (next == i + 1 || next == glyphs.size() || !is_lower_case(glyphs[next].unicode)) continue;
    joined.back().unicode = text::line_end_hyphen;
    i = next - 1;
  }
  glyphs = std::move(joined);
}

}  // namespace

bool read_glyph_numbers(FPDF_TEXTPAGE text_page, std::vector<Glyph>& glyphs, std::size_t font_count) {
  if (std::ranges::none_of(glyphs, may_be_number)) return false;
  const bool repaired = NumberReader(text_page, glyphs, font_count).read();
  if (repaired) join_broken_words(glyphs);
  return repaired;
}

}  // namespace docmill::pdf
