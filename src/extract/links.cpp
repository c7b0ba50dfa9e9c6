#include "extract/links.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "extract/merge.h"
#include "extract/reading.h"

namespace docmill::extract {
namespace {

constexpr std::size_t address_size_bytes_max = 2'048;
constexpr std::size_t text_size_bytes_max = 1'000;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80U; }

bool starts_in_any_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::ranges::equal(text.substr(0, start.size()), start, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

/// Letters, digits and hyphens with dots between them; the last part is a word.
bool is_host_name(std::string_view host) {
  const std::size_t last_dot = host.rfind('.');
  if (last_dot == std::string_view::npos || host.starts_with('.') || host.contains("..")) return false;
  const auto is_allowed = [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || is_beyond_ascii(c);
  };
  const std::string_view last = host.substr(last_dot + 1);
  return std::ranges::all_of(host, is_allowed) && last.size() >= 2 &&
         std::ranges::all_of(last, [](char c) { return is_letter(c) || is_beyond_ascii(c) || c == '-'; });
}

/// What stands before the path, without a user and a port.
std::string_view host_of(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view host = authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
  return host.substr(0, host.find(':'));
}

bool is_host_or_number(std::string_view host) {
  const bool is_number =
      host.contains('.') && std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
  return is_number || host == "localhost" || is_host_name(host);
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos) return false;
  const std::string_view local = text.substr(0, at);
  const auto is_allowed = [](char c) {
    return is_letter(c) || is_digit(c) || is_beyond_ascii(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").contains(c);
  };
  return local.size() <= 64 && !local.starts_with('.') && !local.ends_with('.') &&
         std::ranges::all_of(local, is_allowed) && is_host_name(text.substr(at + 1));
}

/// Whether the last closing bracket is opened within the word.
bool has_partner(std::string_view word, char opening, char closing) {
  return std::ranges::count(word, opening) >= std::ranges::count(word, closing);
}

/// Without what prose puts around a word. A bracket at the end stays where its partner is within.
std::string_view without_punctuation(std::string_view word) {
  while (!word.empty() && std::string_view("([{<\"'*").contains(word.front())) word.remove_prefix(1);
  while (!word.empty()) {
    const char last = word.back();
    const bool is_partner =
        (last == ')' && has_partner(word, '(', ')')) || (last == ']' && has_partner(word, '[', ']'));
    if (is_partner || !std::string_view(".,;:!?)]}>\"'*").contains(last)) break;
    word.remove_suffix(1);
  }
  return word;
}

/// Words by bands of height, so that few are looked at for one link.
class WordsByPlace {
 public:
  static constexpr std::size_t band_count = 256;

  explicit WordsByPlace(const PageRow& row)
      : words_(row.words), band_pt_(std::max(row.height_pt.value_or(0) / static_cast<double>(band_count), 1.0)) {
    for (std::size_t i = 0; i < words_.size(); ++i) bands_[band_of(middle_of(words_[i].box))].push_back(i);
  }

  /// The words whose middle lies in the box, joined by spaces, in the order of the text.
  std::string text_under(const Rect& box) const {
    std::vector<std::size_t> found;
    for (std::size_t band = band_of(box.top); band <= band_of(box.bottom); ++band)
      std::ranges::copy_if(bands_[band], std::back_inserter(found),
                           [&](std::size_t i) { return holds_middle_of({&box, 1}, words_[i].box); });
    std::ranges::sort(found);
    std::string text;
    for (const std::size_t i : found) {
      if (text.size() + 1 + words_[i].text.size() > text_size_bytes_max) break;
      text += (text.empty() ? "" : " ") + words_[i].text;
    }
    return text;
  }

 private:
  static double middle_of(const Rect& box) { return (box.top + box.bottom) / 2; }

  std::size_t band_of(double y_pt) const {
    const double band = std::clamp(y_pt / band_pt_, 0.0, static_cast<double>(band_count - 1));
    return std::isfinite(band) ? static_cast<std::size_t>(band) : 0;
  }

  const std::vector<PageWord>& words_;
  double band_pt_;
  std::array<std::vector<std::size_t>, band_count> bands_;
};

}  // namespace

std::optional<std::string> address_in(std::string_view word) {
  const std::string_view address = without_punctuation(word);
  if (address.size() > address_size_bytes_max) return std::nullopt;
  for (const std::string_view scheme : {"http://", "https://", "ftp://"})
    if (starts_in_any_case(address, scheme))
      return is_host_or_number(host_of(address.substr(scheme.size()))) ? std::optional(std::string(address))
                                                                       : std::nullopt;
  if (starts_in_any_case(address, "mailto:"))
    return is_mail_address(address.substr(7, address.find('?') - 7)) ? std::optional(std::string(address))
                                                                     : std::nullopt;
  if (starts_in_any_case(address, "www."))
    return is_host_name(host_of(address)) ? std::optional("http://" + std::string(address)) : std::nullopt;
  return is_mail_address(address) ? std::optional("mailto:" + std::string(address)) : std::nullopt;
}

void complete_links(PageRow& row) {
  const WordsByPlace places(row);
  std::vector<Rect> covered;
  for (PageLink& link : row.links) {
    link.text = places.text_under(link.box);
    if (link.kind == LinkKind::uri) covered.push_back(link.box);
  }
  for (const PageWord& word : row.words) {
    auto target = address_in(word.text);
    if (!target) continue;
    if (holds_middle_of(covered, word.box)) continue;
    if (row.links.size() >= links_max) return warn_once(row, warning::links_missing);
    row.links.push_back({.kind = LinkKind::text, .target = std::move(target), .box = word.box, .text = word.text});
  }
}

}  // namespace docmill::extract
