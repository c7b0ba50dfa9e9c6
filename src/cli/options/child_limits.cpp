#include "cli/options/child_limits.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> ChildLimitOptions::options() {
  using namespace std::chrono_literals;
  return {
      {.flag = "page-timeout",
       .value_name = "DURATION",
       .heading = Heading::limits,
       .help = "Time for one page.",
       .binding =
           bound::duration<ChildLimitOptions>({100ms, 24h}, [](auto& limits) -> auto& { return limits.page_timeout; })},
      {.flag = "document-timeout-base",
       .value_name = "DURATION",
       .heading = Heading::limits,
       .help = "Time for a document, to which the next two add for each page.",
       .binding = bound::duration<ChildLimitOptions>(
           {100ms, 24h}, [](auto& limits) -> auto& { return limits.document_timeout_base; })},
      {.flag = "document-timeout-per-page",
       .value_name = "DURATION",
       .heading = Heading::limits,
       .help = "Time added for a page.",
       .binding = bound::duration<ChildLimitOptions>(
           {0ms, 1h}, [](auto& limits) -> auto& { return limits.document_timeout_per_page; })},
      {.flag = "document-timeout-per-ocr-page",
       .value_name = "DURATION",
       .heading = Heading::limits,
       .help = "Time added for a page that is recognised.",
       .binding = bound::duration<ChildLimitOptions>(
           {0ms, 1h}, [](auto& limits) -> auto& { return limits.document_timeout_per_ocr_page; })},
      {.flag = "document-timeout-max",
       .value_name = "DURATION",
       .heading = Heading::limits,
       .help = "The longest time for a document, however many pages it has.",
       .binding = bound::duration<ChildLimitOptions>(
           {100ms, 168h}, [](auto& limits) -> auto& { return limits.document_timeout_max; })},
      {.flag = "child-memory",
       .value_name = "SIZE",
       .heading = Heading::limits,
       .help = "Memory for the process that reads a document.",
       .binding = bound::size<ChildLimitOptions>({64 * MiB, 256 * GiB},
                                                 [](auto& limits) -> auto& { return limits.child_memory_bytes_max; })},
  };
}

}  // namespace docmill
