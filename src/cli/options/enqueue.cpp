#include "cli/options/enqueue.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

Binding date() {
  return bound::to<EnqueueOptions>(
      "2026-11-22 or 2026-11-22T01:40:43Z, in UTC", [](auto& enqueue) -> auto& { return enqueue.since; }, parse_date,
      [](const std::optional<WallTime>& time) { return time ? iso8601(*time) : std::string(); });
}

}  // namespace

std::vector<Option> EnqueueOptions::options() {
  return {
      {.flag = "since",
       .value_name = "DATE",
       .heading = Heading::chosen,
       .help = "Only documents that were changed then or later.",
       .default_text = "all",
       .flag_only = true,
       .binding = date()},
      {.flag = "match",
       .value_name = "GLOB",
       .heading = Heading::chosen,
       .help = "Only documents whose path below --in matches: * stands for any characters, '/' among them, ? for one, "
               "[a-z] for one of these.",
       .default_text = "all",
       .flag_only = true,
       .binding = bound::text<EnqueueOptions>([](auto& enqueue) -> auto& { return enqueue.match; })},
  };
}

}  // namespace docmill
