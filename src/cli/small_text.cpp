#include "cli/small_text.h"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <utility>

#include "cli/absolute.h"
#include "cli/options/region.h"
#include "cli/small_file.h"
#include "cli/workplace.h"

namespace docmill {
namespace {

/// Those of the command; of one that reaches no bucket otherwise, the region at least.
GroupValues with_region(GroupValues values, const Layers& layers) {
  if (values.find<RegionOptions>() == nullptr)
    values.add<RegionOptions>().name = find_variable(layers, "AWS_REGION").value_or("");
  return values;
}

Result<std::string> read_object(const std::string& uri, const GroupValues& values) {
  constexpr std::string_view scheme = "s3://";
  const std::size_t slash = uri.find('/', scheme.size());
  const Place bucket{.bucket = uri.substr(scheme.size(), slash - scheme.size()), .prefix = {}};
  Workplace workplace(values);
  const auto store = workplace.stores.open(bucket, false);
  if (!store) return std::unexpected(store.error());
  const auto object = (*store)->get(uri.substr(slash + 1), small_file_size_bytes_max);
  if (object) {
    std::string text(object->blob.size_bytes(), '\0');
    text.resize(object->blob.read(0, std::as_writable_bytes(std::span(text))));
    return text_of_small_file(uri, text);
  }
  if (object.error().kind == ErrorKind::source_gone) return fail(ErrorKind::invalid_input, uri, "no such object");
  if (object.error().kind == ErrorKind::limit_bytes)
    return fail(ErrorKind::invalid_input, uri, fmt::format("expected at most {} bytes", small_file_size_bytes_max));
  return std::unexpected(object.error());
}

}  // namespace

Result<std::string> read_small_text(const std::filesystem::path& where, const GroupValues& values,
                                    const Layers& layers) {
  return names_object(where) ? read_object(where.string(), with_region(values, layers)) : read_small_file(where);
}

}  // namespace docmill
