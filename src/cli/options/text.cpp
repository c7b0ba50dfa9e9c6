#include "cli/options/text.h"

#include "cli/bindings.h"
#include "cli/crop_regions.h"

namespace docmill {

std::vector<Option> TextOptions::options() {
  return {
      {.flag = "ocr",
       .value_name = "WHEN",
       .heading = Heading::text,
       .help = "Which pages are recognised: those that show text which they do not hold (auto), also pictures beside "
               "text, all pages, or none.",
       .in_message = true,
       .binding = bound::choice<TextOptions, OcrMode>({{"auto", OcrMode::automatic},
                                                       {"pictures", OcrMode::pictures},
                                                       {"always", OcrMode::always},
                                                       {"never", OcrMode::never}},
                                                      [](auto& text) -> auto& { return text.ocr; })},
      {.flag = "text-pages",
       .value_name = "PAGES",
       .object = "text",
       .heading = Heading::text,
       .help = "Pages that text, words and links are made of: numbers from 1, or from the end (-1 is the last). Empty: "
               "all. Pages that no output needs are not read.",
       .in_message = true,
       .binding =
           bound::with_schema(bound::to<TextOptions>(
                                  "page numbers such as 1,-1", [](auto& text) -> auto& { return text.text_pages; },
                                  parse_text_pages, text_pages_text),
                              text_pages_schema())},
      {.flag = "ocr-dpi",
       .value_name = "DPI",
       .environment = "OCR_DPI",
       .heading = Heading::text,
       .help = "Resolution at which a page is drawn to be recognised.",
       .in_message = true,
       .binding = bound::integer<TextOptions>({50, 600}, [](auto& text) -> auto& { return text.ocr_dpi; })},
      {.flag = "min-text-len",
       .value_name = "COUNT",
       .environment = "MIN_TEXT_LEN",
       .heading = Heading::text,
       .help = "A page with fewer characters of its own, white space not counted, is a candidate for OCR.",
       .in_message = true,
       .binding = bound::integer<TextOptions>({0, 100'000}, [](auto& text) -> auto& { return text.text_length_min; })},
      {.flag = "trust",
       .value_name = "WHEN",
       .heading = Heading::text,
       .help = "When a page's own text is compared with what is drawn, by recognising a few of its lines: where there "
               "are signs that it is wrong (signals), or also a line of each font (check).",
       .in_message = true,
       .binding = bound::choice<TextOptions, TrustMode>({{"signals", TrustMode::signals}, {"check", TrustMode::check}},
                                                        [](auto& text) -> auto& { return text.trust; })},
      {.flag = "trust-min",
       .value_name = "SHARE",
       .heading = Heading::text,
       .help = "A page whose own text is trusted less (text_trust) is recognised.",
       .in_message = true,
       .binding = bound::share<TextOptions>([](auto& text) -> auto& { return text.trust_min; })},
  };
}

}  // namespace docmill
