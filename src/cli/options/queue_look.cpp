#include "cli/options/queue_look.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> QueueLookOptions::options() {
  return {
      {.flag = "messages-max",
       .value_name = "COUNT",
       .heading = Heading::chosen,
       .help = "So many messages are shown by peek.",
       .flag_only = true,
       .binding = bound::integer<QueueLookOptions>({1, 1000}, [](auto& look) -> auto& { return look.messages_max; })},
  };
}

}  // namespace docmill
