#include "cli/options/queue.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> QueueOptions::options() {
  return {
      {.flag = "queue",
       .value_name = "URI",
       .alias = "queue-url",
       .heading = Heading::places,
       .after = "follow-links",
       .help = "The URL of an SQS queue, or sqlite:///PATH/FILE.db, behind a '?' also queue=NAME, dead-letters=NAME "
               "and receives-max=COUNT, joined by '&'. Required.",
       .binding = bound::text<QueueOptions>([](auto& queue) -> auto& { return queue.uri; })},
  };
}

}  // namespace docmill
