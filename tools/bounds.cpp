#include "bounds.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "document/limits.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

std::string with_commas(std::uint64_t value) {
  const std::string digits = fmt::format("{}", value);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace

Amount count(std::uint64_t number) { return {.value = with_commas(number)}; }
Amount pixels(std::uint64_t number) { return {.value = with_commas(number), .unit = "pixels"}; }

Amount bytes(std::uint64_t size_bytes) {
  for (const auto& [unit, name] : {std::pair(GiB, "GiB"), std::pair(MiB, "MiB"), std::pair(KiB, "KiB")})
    if (size_bytes % unit == 0) return {.value = with_commas(size_bytes / unit), .unit = name};
  return {.value = with_commas(size_bytes), .unit = "bytes"};
}

Amount time(std::chrono::milliseconds duration) {
  for (const auto& [unit, name] : {std::pair(1h / 1ms, "h"), std::pair(1min / 1ms, "min"), std::pair(1s / 1ms, "s")})
    if (duration.count() % unit == 0)
      return {.value = with_commas(static_cast<std::uint64_t>(duration.count() / unit)), .unit = name};
  return {.value = with_commas(static_cast<std::uint64_t>(duration.count())), .unit = "ms"};
}

std::string bounds_page() {
  std::string page =
      "# Bounds\n\n<!-- Written by `make docs` from tools/bound_rows.cpp; tests compare every row with the code. "
      "-->\n\n"
      "What docmill holds, waits for or repeats at most. Limits on one document (bytes, pages, pixels, time, memory) "
      "are\n"
      "options: [cli.md](cli.md), *Limits on a document*, with their defaults in `src/document/limits.h`.\n";
  for (const auto& [title, bounds] : bound_sections()) {
    fmt::format_to(std::back_inserter(page),
                   "\n## {}\n\n| name | value | unit | where | what, and why |\n|---|---|---|---|---|\n", title);
    for (const auto& [name, amount, where, why] : bounds)
      fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | `{}` | {} |\n", name, amount.value, amount.unit,
                     where, why);
  }
  return page;
}

}  // namespace docmill
