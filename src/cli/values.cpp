#include "cli/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>

#include "document/limits.h"
#include "document/ocr_languages.h"
#include "store/place.h"

namespace docmill {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 4> size_units{{{"TiB", 1024 * GiB}, {"GiB", GiB}, {"MiB", MiB}, {"KiB", KiB}}};
constexpr std::array<Unit, 4> duration_units_ms{{{"h", 3'600'000}, {"m", 60'000}, {"ms", 1}, {"s", 1'000}}};
constexpr std::uint32_t page_number_max = 1'000'000;  // bounds the list that "1-..." expands to

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// "16MiB" is 16 times the factor of MiB; digits alone are times `bare_factor`. Nothing when it overflows.
std::optional<std::uint64_t> number_with_unit(std::string_view text, std::span<const Unit> units,
                                              std::uint64_t bare_factor) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view suffix = text.substr(digits);
  std::uint64_t factor = suffix.empty() ? bare_factor : 0;
  for (const Unit& unit : units)
    if (equal_ignoring_case(suffix, unit.name)) factor = unit.factor;
  const auto number = whole_number(text.substr(0, digits));
  if (factor == 0 || !number || *number > UINT64_MAX / factor) return std::nullopt;
  return *number * factor;
}

std::string text_with_unit(std::uint64_t value, std::span<const Unit> units, std::string_view bare) {
  const Unit* best = nullptr;
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0 && (best == nullptr || unit.factor > best->factor)) best = &unit;
  return best == nullptr ? fmt::format("{}{}", value, bare) : fmt::format("{}{}", value / best->factor, best->name);
}

bool is_language(std::string_view name) {
  return name.size() >= 2 && name.size() <= 16 &&
         std::ranges::all_of(name, [](char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-'; });
}

struct PageSpan {
  std::uint64_t first, last;
};

std::optional<PageSpan> page_span(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = whole_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : whole_number(text.substr(dash + 1));
  if (!first || !last || *first < 1 || *last < *first || *last > page_number_max) return std::nullopt;
  return PageSpan{.first = *first, .last = *last};
}

constexpr std::string_view date_expected = "a date such as 2026-11-22 or a time such as 2026-11-22T01:40:43Z, in UTC";

}  // namespace

Parsed<std::uint64_t> parse_integer(std::string_view text, IntegerRange range) {
  const auto value = whole_number(text);
  if (!value || *value < range.min || *value > range.max)
    return std::unexpected(fmt::format("a whole number from {} to {}", range.min, range.max));
  return *value;
}

Parsed<double> parse_share(std::string_view text) {
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || std::clamp(value, 0.0, 1.0) != value) return std::unexpected("a number from 0 to 1");
  return value;
}

Parsed<std::string> parse_account(std::string_view text) {
  constexpr std::size_t account_length = 12;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || text.size() != account_length) return std::unexpected("the id of an AWS account, 12 digits");
  return std::string(text);
}

Parsed<std::uint64_t> parse_size(std::string_view text, IntegerRange range) {
  const auto value = number_with_unit(text, size_units, 1);
  if (!value || *value < range.min || *value > range.max)
    return std::unexpected(fmt::format("a size from {} to {}, such as 16MiB, 1GiB or plain bytes", size_text(range.min),
                                       size_text(range.max)));
  return *value;
}

Parsed<std::chrono::milliseconds> parse_duration(std::string_view text, DurationRange range) {
  const auto value = number_with_unit(text, duration_units_ms, 1'000);
  if (!value || *value < static_cast<std::uint64_t>(range.min.count()) ||
      *value > static_cast<std::uint64_t>(range.max.count()))
    return std::unexpected(fmt::format("a duration from {} to {}, such as 500ms, 30s, 10m, 1h or plain seconds",
                                       duration_text(range.min), duration_text(range.max)));
  return std::chrono::milliseconds(*value);
}

Parsed<WallTime> parse_date(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  constexpr std::size_t date_length = 10;
  const auto fits = [](char c, char pattern) { return pattern == '0' ? c >= '0' && c <= '9' : c == pattern; };
  const bool has_length = text.size() == form.size() || text.size() == date_length;
  if (!has_length || !std::ranges::equal(text, form.substr(0, text.size()), fits))
    return std::unexpected(std::string(date_expected));
  const auto number = [&](std::size_t from, std::size_t length) {
    unsigned value = 0;
    if (from < text.size()) std::from_chars(text.data() + from, text.data() + from + length, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59)
    return std::unexpected(std::string(date_expected));
  return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
         std::chrono::seconds(number(17, 2));
}

Parsed<bool> parse_boolean(std::string_view text) {
  for (const std::string_view word : {"true", "1", "yes"})
    if (equal_ignoring_case(text, word)) return true;
  for (const std::string_view word : {"false", "0", "no"})
    if (equal_ignoring_case(text, word)) return false;
  return std::unexpected("true or false");
}

Parsed<std::string> parse_languages(std::string_view text) {
  std::size_t count = 0;
  bool valid = !text.empty();
  for (const std::string& alternative : ocr_alternatives(text)) {
    valid = valid && !alternative.empty();
    for (const auto part : std::views::split(alternative, '+')) {
      const std::string_view name(part.begin(), part.end());
      valid = valid && is_language(name);
      if (name != script_model) ++count;
    }
  }
  if (!valid || count > ocr_languages_max)
    return std::unexpected(
        fmt::format("auto, or Tesseract's names of up to {} languages joined by '+' or ',', such as eng+deu or eng,rus "
                    "(2 to 16 letters, underscores or hyphens each)",
                    ocr_languages_max));
  return std::string(text);
}

Parsed<Outputs> parse_outputs(std::string_view text) {
  auto outputs = outputs_from(text);
  if (!outputs) return std::unexpected("names of outputs joined by commas; " + outputs.error().message);
  return *outputs;
}

Parsed<std::filesystem::path> parse_path(std::string_view text) {
  const auto place = parse_place(text);
  if (!place || !place->is_folder()) return std::unexpected("a local path or file:///PATH");
  if (text.starts_with(Place::folder_bucket)) return *path_of_file_uri(text);
  return std::filesystem::path(text);
}

Parsed<std::filesystem::path> parse_path_or_object(std::string_view text) {
  const auto place = parse_place(text);
  if (place && !place->is_folder()) {
    if (place->prefix.empty() || text.ends_with('/'))
      return std::unexpected("s3://BUCKET/KEY, the whole name of an object");
    return std::filesystem::path(text);
  }
  auto path = parse_path(text);
  if (!path) return std::unexpected("a local path, file:///PATH or s3://BUCKET/KEY");
  return path;
}

Parsed<std::vector<std::uint32_t>> parse_pages(std::string_view text) {
  std::vector<std::uint32_t> pages;
  for (const auto part : std::views::split(text, ',')) {
    const auto span = page_span(std::string_view(part.begin(), part.end()));
    // The second condition bounds "1-1000000,1-1000000,...".
    if (!span || pages.size() > page_number_max)
      return std::unexpected(
          fmt::format("page numbers from 1 to {} and ranges of them, such as 1-3,7", page_number_max));
    for (std::uint64_t number = span->first; number <= span->last; ++number)
      pages.push_back(static_cast<std::uint32_t>(number - 1));
  }
  std::ranges::sort(pages);
  const auto repeated = std::ranges::unique(pages);
  pages.erase(repeated.begin(), repeated.end());
  if (pages.empty()) return std::unexpected("page numbers such as 1-3,7");
  return pages;
}

std::string size_text(std::uint64_t size_bytes) { return text_with_unit(size_bytes, size_units, ""); }

std::string duration_text(std::chrono::milliseconds duration) {
  return text_with_unit(static_cast<std::uint64_t>(duration.count()), duration_units_ms, "ms");
}

}  // namespace docmill
