#include "cli/options/show.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Binding number_of_page() {
  static constexpr IntegerRange range{.min = 1, .max = 1'000'000};
  return bound::to<ShowOptions>(
      fmt::format("{} to {}", range.min, range.max), [](auto& show) -> auto& { return show.page_number; },
      [](std::string_view text) { return parse_integer(text, range); },
      [](const std::optional<std::uint32_t>& number) { return number ? fmt::to_string(*number) : std::string(); });
}

}  // namespace

std::vector<Option> ShowOptions::options() {
  return {
      {.flag = "page",
       .value_name = "NUMBER",
       .heading = Heading::result,
       .help = "Only this page.",
       .default_text = "every page",
       .flag_only = true,
       .binding = number_of_page()},
  };
}

}  // namespace docmill
