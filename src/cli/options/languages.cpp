#include "cli/options/languages.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> LanguageOptions::options() {
  return {
      {.flag = "ocr-languages",
       .value_name = "LANGUAGES",
       .heading = Heading::text,
       .after = "ocr",
       .help = "Languages to recognise, by Tesseract's names. Of those joined by a comma each page is read with the "
               "one that fits it best; auto stands for all that are installed, and names the script of a page that "
               "none of them reads.",
       .in_recipe = true,
       .binding = bound::to<LanguageOptions>(
           "auto, or names joined by + (read at once) or a comma, such as eng+deu,rus",
           [](auto& languages) -> auto& { return languages.ocr_languages; }, parse_languages,
           [](const std::string& value) { return value; })},
  };
}

}  // namespace docmill
