#include "cli/options/document_limits.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> DocumentLimitOptions::options() {
  return {
      {.flag = "document-size-max",
       .value_name = "SIZE",
       .heading = Heading::limits,
       .help = "A larger document fails with limit_bytes.",
       .in_message = true,
       .is_limit = true,
       .binding = bound::size<DocumentLimitOptions>(
           {1, 64 * GiB}, [](auto& limits) -> auto& { return limits.document_size_bytes_max; })},
      {.flag = "pages-max",
       .value_name = "COUNT",
       .heading = Heading::limits,
       .help = "Pages beyond are not read: the document is partial, with limit_pages.",
       .in_message = true,
       .is_limit = true,
       .binding = bound::integer<DocumentLimitOptions>({1, 1'000'000},
                                                       [](auto& limits) -> auto& { return limits.pages_max; })},
      {.flag = "page-pixels-max",
       .value_name = "COUNT",
       .heading = Heading::limits,
       .help = "Pixels of a drawn page or a decoded image. Either is made smaller to fit (warning dpi_reduced); an "
               "image of more than 64 times as many is refused.",
       .in_message = true,
       .is_limit = true,
       .binding = bound::integer<DocumentLimitOptions>({10'000, 1'000'000'000},
                                                       [](auto& limits) -> auto& { return limits.page_pixels_max; })},
      {.flag = "page-output-max",
       .value_name = "SIZE",
       .heading = Heading::limits,
       .help = "A page that gives more fails with limit_output.",
       .in_message = true,
       .is_limit = true,
       .binding = bound::size<DocumentLimitOptions>(
           {4 * KiB, GiB}, [](auto& limits) -> auto& { return limits.page_output_size_bytes_max; })},
      {.flag = "bad-pages-max",
       .value_name = "COUNT",
       .heading = Heading::limits,
       .help = "After so many pages that crash or hang, the rest of the document is given up.",
       .in_message = true,
       .is_limit = true,
       .binding = bound::integer<DocumentLimitOptions>({1, 1'000'000},
                                                       [](auto& limits) -> auto& { return limits.bad_pages_max; })},
  };
}

}  // namespace docmill
