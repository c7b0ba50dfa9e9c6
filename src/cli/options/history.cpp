#include "cli/options/history.h"

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {
namespace {

Binding history_place() {
  return bound::to<HistoryOptions>(
      "", [](auto& history) -> auto& { return history.place; },
      [](std::string_view text) { return parse_object_place(text, ".json"); },
      [](const ObjectPlace& place) -> std::string {
        if (place.empty()) return "";
        return place.folder.is_folder() ? (place.folder.path() / place.name).string() : place.uri();
      });
}

}  // namespace

std::vector<Option> HistoryOptions::options() {
  return {
      {.flag = "history",
       .value_name = "FILE",
       .heading = Heading::observation,
       .help = "JSON file, or s3://BUCKET/KEY, of the last outcome of each document, kept by any number of workers "
               "together. Parquet files of older ones lie in a folder beside it. Not below --in.",
       .binding = history_place()},
      {.flag = "history-documents",
       .value_name = "COUNT",
       .heading = Heading::observation,
       .help = "So many of the newest stay in that file.",
       .binding =
           bound::integer<HistoryOptions>({1, 50'000}, [](auto& history) -> auto& { return history.documents_max; })},
  };
}

void HistoryOptions::complete(const Surroundings& surroundings) {
  make_absolute(place.folder, surroundings.working_dir);
}

}  // namespace docmill
