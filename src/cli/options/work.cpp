#include "cli/options/work.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> WorkOptions::options() {
  using namespace std::chrono_literals;
  return {
      {.flag = "visibility-timeout",
       .value_name = "DURATION",
       .heading = Heading::queue,
       .help = "How long a message is hidden from other workers before it counts as abandoned. While a document is "
               "processed this is extended every third of it, so it need not be longer than any document takes.",
       .binding =
           bound::whole_seconds<WorkOptions>({3s, 12h}, [](auto& work) -> auto& { return work.visibility_timeout; })},
      {.flag = "receive-wait",
       .value_name = "DURATION",
       .heading = Heading::queue,
       .help = "How long one call waits for a message (long polling); with --exit-when-empty at most a second.",
       .binding = bound::whole_seconds<WorkOptions>({0s, 20s}, [](auto& work) -> auto& { return work.receive_wait; })},
      {.flag = "max-receives",
       .value_name = "COUNT",
       .heading = Heading::queue,
       .help = "Receives of one message before the queue gives it up, where its redrive policy may not be read. If a "
               "worker died of it, at the last but one the document is read in the safe profile: native text only, one "
               "page a process.",
       .binding = bound::integer<WorkOptions>({1, 1'000}, [](auto& work) -> auto& { return work.receives_max; })},
      {.flag = "on-failed",
       .value_name = "WHAT",
       .heading = Heading::queue,
       .help = "Where a message goes whose document failed: dlq, the dead-letter queue of the queue's redrive policy; "
               "delete; keep, left to the queue's own redrive.",
       .binding = bound::choice<WorkOptions, OnFailed>(
           {{"dlq", OnFailed::dead_letter}, {"delete", OnFailed::remove}, {"keep", OnFailed::keep}},
           [](auto& work) -> auto& { return work.on_failed; })},
      {.flag = "documents-in-flight",
       .value_name = "COUNT",
       .heading = Heading::queue,
       .help =
           "Documents that are read, extracted or written at a time; as many more messages as one call brings wait.",
       .default_text = "0: sixteen for each of --workers",
       .binding =
           bound::integer<WorkOptions>({0, 1'000}, [](auto& work) -> auto& { return work.documents_in_flight; })},
      {.flag = "drain-timeout",
       .value_name = "DURATION",
       .heading = Heading::queue,
       .help = "After the first SIGINT or SIGTERM, time for running documents to finish; the rest goes back to the "
               "queue at once. ECS allows 120 seconds at most. A second signal ends at once.",
       .binding = bound::duration<WorkOptions>({0ms, 1h}, [](auto& work) -> auto& { return work.drain_timeout; })},
      {.flag = "watch",
       .heading = Heading::queue,
       .help = "Send every document of the folder --in to the queue, those that are there and those that come.",
       .binding = bound::boolean<WorkOptions>([](auto& work) -> auto& { return work.watch; })},
      {.flag = "exit-when-empty",
       .heading = Heading::queue,
       .help = "End when the queue is empty, with exit code 1 if a document failed.",
       .binding = bound::boolean<WorkOptions>([](auto& work) -> auto& { return work.exit_when_empty; })},
  };
}

}  // namespace docmill
