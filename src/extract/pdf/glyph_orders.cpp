#include "extract/pdf/glyph_orders.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace docmill::pdf {
namespace {

/// Glyphs of Windows' fonts from 98 on, where ASCII ends: the order of Apple's fonts without its second space.
constexpr std::u16string_view windows_order =
    u"ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ";
constexpr char32_t shift = 29;

/// Glyphs whose numbers follow each other as characters of Unicode do.
struct Range {
  char32_t code, character, count;
};
constexpr std::array windows_ranges{Range{570, 0x410, 64}};
// Latin-1 but for the blank and the soft hyphen, Latin Extended-A, Greek, Cyrillic.
constexpr std::array liberation_ranges{Range{98, 0xA1, 12}, Range{110, 0xAE, 210}, Range{350, 0x390, 18},
                                       Range{368, 0x3A3, 44}, Range{412, 0x400, 96}};
constexpr std::array dejavu_ranges{Range{98, 0xA0, 224}, Range{806, 0x390, 18}, Range{824, 0x3A3, 44},
                                   Range{917, 0x400, 96}};

char32_t character_in(std::span<const Range> ranges, char32_t code) {
  for (const Range& range : ranges)
    if (code >= range.code && code < range.code + range.count) return code - range.code + range.character;
  return unknown;
}

}  // namespace

char32_t character_of(char32_t code, Order order) {
  if (order == Order::as_is) {
    const bool ascii = code >= 0x20 && code < 0x7F;
    const bool beyond = code > 0xA0 && code < 0xD800;
    return ascii || beyond ? code : unknown;
  }
  if (code < blank_code) return unknown;
  if (code < first_high_code) return code + shift;
  if (order == Order::liberation) return character_in(liberation_ranges, code);
  if (order == Order::dejavu) return character_in(dejavu_ranges, code);
  const std::size_t at = code - first_high_code;
  return at < windows_order.size() ? windows_order[at] : character_in(windows_ranges, code);
}

bool is_high_punctuation(char32_t c) {
  constexpr std::u32string_view punctuation = U"“”‘’„–—…•°§«»·‹›‚";
  return punctuation.contains(c);
}

double frequency_of(char32_t c) {
  constexpr std::array<std::u32string_view, 3> rare_to_often{
      U"õâôîìùûëïõÕÂÔÎ", U"áíóèàçåøêñßæúãýÁÍÓÈÀÇÅØÊÑÆÚÃąćęłńśźżčěřšžůőűğşıăŁŚŻČŘŠŽİŞ", U"éäöüÉÄÖÜ"};
  for (std::size_t i = 0; i < rare_to_often.size(); ++i)
    if (rare_to_often[i].contains(c)) return static_cast<double>(i) + 1;
  const bool other_alphabet = c >= 0x370 && c < 0x530;
  return other_alphabet ? 2 : 0;
}

}  // namespace docmill::pdf
