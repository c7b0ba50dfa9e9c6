#include "cli/options/summary.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> SummaryOptions::options() {
  return {
      {.flag = "summary",
       .value_name = "FORMAT",
       .heading = Heading::messages,
       .help = "The closing summary on stdout: words for people, or one JSON object on one line.",
       .default_text = "json where stdout is no terminal and the log is JSON, else text",
       .binding =
           bound::choice<SummaryOptions, SummaryFormat>({{"text", SummaryFormat::text}, {"json", SummaryFormat::json}},
                                                        [](auto& summary) -> auto& { return summary.format; })},
  };
}

}  // namespace docmill
