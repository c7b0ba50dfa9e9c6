#include "cli/options/source.h"

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {

std::vector<Option> SourceOptions::options() {
  return {
      {.flag = "in",
       .value_name = "PLACE",
       .letter = "i",
       .heading = Heading::places,
       .help = "Folder or s3://BUCKET/PREFIX of documents (PDF, JPEG, PNG, TIFF, WebP, BMP, GIF, JPEG 2000) with its "
               "folders, or one document. A sweep needs it; a worker without it takes documents of any bucket and "
               "names them BUCKET/KEY.",
       .binding = bound::place<SourceOptions>([](auto& source) -> auto& { return source.place; })},
      {.flag = "in-prefix",
       .value_name = "PREFIX",
       .heading = Heading::buckets,
       .help = "Documents are the objects of --bucket whose keys begin so.",
       .default_text = "the whole bucket",
       .binding = bound::text<SourceOptions>([](auto& source) -> auto& { return source.key_prefix; })},
  };
}

void SourceOptions::complete(const Surroundings& surroundings) { make_absolute(place, surroundings.working_dir); }

}  // namespace docmill
