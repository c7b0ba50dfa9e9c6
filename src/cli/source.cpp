#include "cli/source.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "mill/name_says.h"

namespace docmill {

bool may_be_document(const Place& in) {
  if (in.is_folder()) {
    std::error_code error;
    return std::filesystem::is_regular_file(in.path(), error);
  }
  if (in.prefix.empty()) return false;
  const NameSays says = name_says(std::string_view(in.prefix).substr(0, in.prefix.size() - 1));
  return says == NameSays::pdf || says == NameSays::image;
}

Result<NamedStore> open_source(const Place& in, Stores& stores) {
  return stores.open_named(in, {.look_for_object = may_be_document(in)});
}

Result<std::unique_ptr<ObjectStore>> open_source_folder(const Place& in, Stores& stores) {
  auto source = stores.open_named(in, {.look_for_object = false});
  if (!source) return std::unexpected(std::move(source).error());
  if (source->only)
    return fail(ErrorKind::invalid_input, in.path().string(), "expected a folder of documents, found one file");
  return std::move(source->store);
}

Result<NamedStore> open_argument(std::string_view name, Stores& stores) {
  const auto place = parse_place(name);
  if (!place) return fail(ErrorKind::invalid_input, name, "expected " + place.error());
  return stores.open_named(*place, {.look_for_object = !name.ends_with('/')});
}

}  // namespace docmill
