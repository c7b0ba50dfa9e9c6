#include "cli/options/recipe_file.h"

#include "cli/bindings.h"

namespace docmill {

std::vector<Option> RecipeFileOptions::options() {
  return {
      {.flag = "recipe",
       .value_name = "RECIPE",
       .heading = Heading::result,
       .help = "What is made of each document, and how: a name that `docmill recipe list` tells, or a JSON file, "
               "also of a bucket (s3://BUCKET/KEY). Flags and environment outweigh it; it outweighs the configuration "
               "file.",
       .binding = bound::text<RecipeFileOptions>([](auto& file) -> auto& { return file.recipe; })},
  };
}

}  // namespace docmill
