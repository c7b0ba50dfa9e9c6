// Links beside what a page's annotations say of them: the text that stands under one, and addresses in plain text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "document/page.h"

namespace docmill::extract {

/// Links of a page at most; of more the rest is left out, with the warning links_missing.
inline constexpr std::size_t links_max = 10'000;

/// Fill in the text under each link of the row, and add links of kind `text` for the addresses among its words that no
/// link covers.
///
/// REQUIRES: the row's words are those of all its text, and lie on the page.
void complete_links(PageRow& row);

/// Where a word leads that is an address: "https://host/path" as it is, "www.host.net" behind "http://",
/// "who@host.net" behind "mailto:"; without the punctuation around it. Nothing where it is none.
std::optional<std::string> address_in(std::string_view word);

}  // namespace docmill::extract
