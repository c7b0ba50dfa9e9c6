#include "cli/options/selection.h"

#include "cli/bindings.h"

namespace docmill {
namespace {

template <typename Field>
Binding glob_list(Field field) {
  return bound::to<SelectionOptions>("", field, parse_globs, globs_text);
}

}  // namespace

std::vector<Option> SelectionOptions::options() {
  return {
      {.flag = "follow-links",
       .heading = Heading::places,
       .help =
           "Follow symbolic links that lead out of the folder --in; what several lead to is done once. Without this "
           "they are counted and left out. Links to what lies below --in are never followed: it is found anyway.",
       .binding = bound::boolean<SelectionOptions>([](auto& selection) -> auto& { return selection.follow_links; })},
      {.flag = "include",
       .value_name = "GLOBS",
       .heading = Heading::chosen,
       .help = "Only files below --in that match one of these patterns, joined by commas or given by several flags. "
               "Patterns are those of .gitignore: * and ? stand for anything but '/', [a-z] for one of these, ** for "
               "any folders; without a '/' before its end a pattern matches names at any depth, else paths below --in; "
               "one that matches a folder matches all in it. Of a worker they hold for --watch.",
       .default_text = "all",
       .repeatable = true,
       .binding = glob_list([](auto& selection) -> auto& { return selection.globs.include; })},
      {.flag = "exclude",
       .value_name = "GLOBS",
       .heading = Heading::chosen,
       .help = "No files below --in that match one of these, even if --include does.",
       .default_text = "none",
       .repeatable = true,
       .binding = glob_list([](auto& selection) -> auto& { return selection.globs.exclude; })},
  };
}

}  // namespace docmill
