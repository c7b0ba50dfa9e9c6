#include "cli/options/codes.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ranges>
#include <set>

#include "cli/bindings.h"
#include "cli/nearest.h"
#include "document/symbologies.h"

namespace docmill {
namespace {

std::string expected_instead_of(std::string_view name) {
  const auto near = nearest(name, symbologies());
  return fmt::format(R"(kinds of barcodes such as "QR Code,EAN-13": no kind is called "{}"{})", name,
                     near ? fmt::format(R"(, the nearest is "{}")", symbologies()[*near]) : "");
}

Parsed<std::vector<std::string>> parse_formats(std::string_view text) {
  std::vector<std::string> formats;
  if (text.empty()) return formats;
  std::set<std::string_view> wanted;
  for (const auto part : std::views::split(text, ',')) {
    const std::string_view name(part.begin(), part.end());
    const auto known = symbology_from(name);
    if (!known) return std::unexpected(expected_instead_of(name));
    wanted.insert(*known);
  }
  std::ranges::copy_if(symbologies(), std::back_inserter(formats),
                       [&](const auto& one) { return wanted.contains(one); });
  return formats;
}

std::string formats_schema() {
  const std::vector<std::string> names(symbologies().begin(), symbologies().end());
  return nlohmann::json{{"type", "array"}, {"items", {{"enum", names}}}}.dump();
}

}  // namespace

std::vector<Option> CodeOptions::options() {
  return {
      {.flag = "codes-formats",
       .value_name = "KINDS",
       .object = "codes",
       .heading = Heading::result,
       .help = "Kinds of barcodes that are looked for, such as QR Code,EAN-13. Empty: all.",
       .repeatable = true,
       .in_message = true,
       .binding = bound::with_schema(
           bound::to<CodeOptions>(
               R"(kinds of barcodes such as "QR Code,EAN-13")", [](auto& options) -> auto& { return options.formats; },
               parse_formats, [](const auto& formats) { return fmt::format("{}", fmt::join(formats, ",")); }),
           formats_schema())},
  };
}

}  // namespace docmill
