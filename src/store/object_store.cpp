#include "store/object_store.h"

#include <utility>

namespace docmill {

Result<void> check_condition(const WriteCondition& condition, std::string_view uri) {
  if (condition.kind != WriteCondition::Kind::if_etag || !condition.etag.empty()) return {};
  return fail(ErrorKind::invalid_input, uri, "expected the etag of the version to be replaced, found an empty one");
}

Result<std::optional<std::string>> put(ObjectStore& store, std::string_view key, std::span<const std::byte> bytes,
                                       const WriteCondition& condition, ObjectAttributes attributes) {
  auto writer = store.create(key);
  if (!writer) return std::unexpected(std::move(writer).error());
  (*writer)->set_attributes(std::move(attributes));
  if (auto written = (*writer)->write(bytes); !written) return std::unexpected(std::move(written).error());
  return (*writer)->commit(condition);
}

}  // namespace docmill
