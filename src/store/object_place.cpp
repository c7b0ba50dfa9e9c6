#include "store/object_place.h"

#include <utility>

#include "base/percent_encoded.h"

namespace docmill {

std::string ObjectPlace::uri() const { return folder.uri() + percent_encoded(name); }

std::expected<ObjectPlace, std::string> parse_object_place(std::string_view text, std::string_view extension) {
  auto place = parse_place(text);
  if (!place) return std::unexpected(std::move(place).error());
  std::string prefix = std::move(place->prefix);
  if (text.ends_with('/') || prefix.size() <= extension.size() + 1 || !prefix.ends_with(std::string(extension) + '/'))
    return std::unexpected("a name that ends in " + std::string(extension) + ", after a folder or s3://BUCKET/PREFIX");
  prefix.pop_back();
  const std::size_t name = prefix.rfind('/') + 1;
  ObjectPlace object{.folder = {.bucket = std::move(place->bucket), .prefix = prefix.substr(0, name)},
                     .name = prefix.substr(name)};
  if (object.name.size() == extension.size()) return std::unexpected("a name before its " + std::string(extension));
  if (object.folder.is_folder() && object.folder.prefix.empty()) object.folder = place_of(".");
  return object;
}

}  // namespace docmill
