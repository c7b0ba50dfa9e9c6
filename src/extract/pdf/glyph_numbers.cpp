#include "extract/pdf/glyph_numbers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "extract/text/clean.h"
#include "extract/text/letters.h"

namespace docmill::pdf {
namespace {

enum class Order : std::uint8_t { as_is, windows, latin_from_blank, latin_from_exclamation };
constexpr std::array orders{Order::as_is, Order::windows, Order::latin_from_blank, Order::latin_from_exclamation};

/// Glyphs of Windows' fonts from 98 on, where ASCII ends: the order of Apple's fonts without its second space.
constexpr std::u16string_view windows_order =
    u"ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ";
constexpr char32_t blank_code = 3;
constexpr char32_t first_high_code = 98;
constexpr char32_t shift = 29;
constexpr char32_t unknown = 0xFFFD;

char32_t high_character(char32_t code, Order order) {
  const std::size_t at = code - first_high_code;
  if (order == Order::windows) {
    // Cyrillic capitals and small letters of the same fonts.
    constexpr char32_t first_cyrillic_code = 570;
    constexpr char32_t first_cyrillic = 0x410;
    constexpr char32_t cyrillic_letters = 64;
    if (code >= first_cyrillic_code && code < first_cyrillic_code + cyrillic_letters)
      return code - first_cyrillic_code + first_cyrillic;
    return at < windows_order.size() ? windows_order[at] : unknown;
  }
  const char32_t first = order == Order::latin_from_blank ? 0xA0 : 0xA1;
  constexpr char32_t last = 0xFF;
  return first + at <= last ? first + static_cast<char32_t>(at) : unknown;
}

char32_t character_of(char32_t code, Order order) {
  if (order == Order::as_is) {
    const bool ascii = code >= 0x20 && code < 0x7F;
    const bool beyond = code > 0xA0 && code < 0xD800;
    return ascii || beyond ? code : unknown;
  }
  if (code < blank_code) return unknown;
  return code < first_high_code ? code + shift : high_character(code, order);
}

bool is_high_letter(char32_t c) { return c >= 0xC0 && c != unknown; }

/// How often European languages have such a letter, from 1 to 4. Orders that differ by one place give letters that
/// differ in their accents, which spelling does not tell.
double frequency_of(char32_t c) {
  constexpr std::array<std::u32string_view, 3> rare_to_often{U"õâôîÕÂÔÎ", U"áíóèàçåøêñßæúãÁÍÓÈÀÇÅØÊÑÆÚÃ", U"éäöüÉÄÖÜ"};
  for (std::size_t i = 0; i < rare_to_often.size(); ++i)
    if (rare_to_often[i].contains(c)) return static_cast<double>(i) + 2;
  return 1;
}

/// The words that a font's codes spell when they are read in one order.
class WordsInOrder {
 public:
  explicit WordsInOrder(Order order) : order_(order) {}

  void take(char32_t code, bool is_code) {
    const char32_t c = is_code ? character_of(code, order_) : code;
    if (is_code && c != unknown) ++read_;
    word_.push_back(c);
    if (!is_code || !is_high_letter(c)) return;
    has_high_letter_ = true;
    ++high_letters_;
    frequency_ += frequency_of(c);
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
  /// Of words with a letter beyond ASCII: fonts agree in the order of ASCII sooner than beyond it.
  const text::Spelling& high_spelling() const { return high_.total(); }
  /// 1 to 4, of its letters beyond ASCII.
  double mean_frequency() const { return high_letters_ > 0 ? frequency_ / high_letters_ : 1; }

 private:
  void spell(text::Speller& speller) {
    for (const char32_t c : word_) speller.take(c);
    speller.end_word();
  }

  Order order_;
  std::u32string word_;
  bool has_high_letter_ = false;
  std::uint32_t read_ = 0;  // codes that have a character in this order
  std::uint32_t high_letters_ = 0;
  double frequency_ = 0;
  text::Speller all_, high_;
};

/// Whether what is spelled so is words: eight or so of them, or fewer without a flaw. Of three sequences in an order
/// that is wrong one or two are known.
bool spells_words(const text::Spelling& spelling, std::uint32_t flawless_min) {
  constexpr std::uint32_t sequences_min = 40;
  constexpr double flawless = 0.95;
  return (spelling.sequences >= sequences_min && spelling.share() >= text::Spelling::likely) ||
         (spelling.sequences >= flawless_min && spelling.share() >= flawless);
}
constexpr std::uint32_t three_words = 12;
constexpr std::uint32_t one_word = 5;

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
  bool high_letters_are_clear = true;

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

  void decide() {
    if (words.empty() || codes == 0) return;
    if (spells_words(words.front().spelling(), is_blank(' ') ? one_word : three_words)) {
      if (coded == Coded::some) order = Order::as_is;
      return;
    }
    if (is_blank(blank_code)) decide_among_numbers();
  }

  void decide_among_numbers() {
    constexpr double clear_difference = 0.3;
    double best = 0;
    for (const WordsInOrder& reading : words) {
      const bool possible =
          reading.order() != Order::as_is && reads_nearly_all(reading) && spells_words(reading.spelling(), three_words);
      if (!possible) continue;
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

  bool may_follow(Order other) const {
    const WordsInOrder& reading = words[static_cast<std::size_t>(other)];
    const text::Spelling& spelling = reading.spelling();
    return !blank_is_drawn && different.size() >= different_min && reads_nearly_all(reading) &&
           (spelling.sequences < three_words || spelling.share() >= text::Spelling::likely);
  }

  bool knows_high_letters() const {
    return high_letters_are_clear && spells_words(words[static_cast<std::size_t>(*order)].high_spelling(), one_word);
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
    std::optional<Order> certain;
    for (CodedFont& font : fonts_) {
      font.decide();
      if (!certain && font.order && *font.order != Order::as_is) certain = font.order;
    }
    if (!certain) return;
    for (CodedFont& font : fonts_)
      if (font.codes > 0 && !font.order && font.may_follow(*certain)) font.order = certain;
  }

  bool put_characters() {
    std::vector<bool> knows_high_letters;
    for (const CodedFont& font : fonts_) knows_high_letters.push_back(font.order && font.knows_high_letters());
    bool repaired = false;
    for (Glyph& glyph : glyphs_) {
      if (!is_wanted(glyph) || glyph.unicode == ' ' || !fonts_[glyph.font].order) continue;
      if (!fonts_[glyph.font].is_code(glyph)) continue;
      const Order order = *fonts_[glyph.font].order;
      const char32_t c = character_of(glyph.unicode, order);
      constexpr char32_t last_ascii = 0x7E;
      const bool high = glyph.unicode > (order == Order::as_is ? last_ascii : first_high_code - 1);
      const bool known = c != unknown && (!high || knows_high_letters[glyph.font]);
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
};

bool is_line_end(const Glyph& glyph) {
  return glyph.object == nullptr && (glyph.unicode == '\r' || glyph.unicode == '\n');
}

bool is_lower_case(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7); }

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
  const bool repaired = NumberReader(text_page, glyphs, font_count).read();
  if (repaired) join_broken_words(glyphs);
  return repaired;
}

}  // namespace docmill::pdf
