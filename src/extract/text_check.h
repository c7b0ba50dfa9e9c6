// Whether a page's own text says what is drawn: some of its lines are recognised and compared.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "extract/pdf/pdf.h"
#include "extract/reading.h"
#include "extract/trust.h"

namespace docmill::extract {

/// How well two readings of a line agree: 1 less the edits that turn one into the other, by the longer one's length.
/// Letters and digits alone count, in any case. Texts without anything in common have 0.1 to 0.35.
double agreement_of(std::string_view own, std::string_view read);

/// Of the lines that are all in these fonts those whose recognition tells most: the longest of each third of the page.
std::vector<pdf::TextLine> telling_lines(const std::vector<pdf::TextLine>& lines, std::span<const std::uint16_t> fonts,
                                         std::size_t count = 3);

/// Below the first the lines contradict, from the second on they confirm; between them the text stays, since another
/// processor may read a letter otherwise.
inline constexpr double contradicted_max = 0.5, confirmed_min = 0.7;

/// Needs a recogniser. `unchecked` where there are no lines or they cannot be drawn; `unconvincing` where what was read
/// has a mean confidence under 75 or is itself no text in any language.
Verdict check_lines(const Reading& reading, pdf::Page& page, std::span<const pdf::TextLine> lines);

}  // namespace docmill::extract
