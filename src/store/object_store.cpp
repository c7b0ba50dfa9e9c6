#include "store/object_store.h"

#include <utility>

namespace docmill {

Result<void> check_condition(const WriteCondition& condition, std::string_view uri) {
  if (condition.kind != WriteCondition::Kind::if_etag || !condition.etag.empty()) return {};
  return fail(ErrorKind::invalid_input, uri, "expected the etag of the version to be replaced, found an empty one");
}

Result<bool> ObjectStore::remove_if(std::string_view key, std::string_view etag) {
  const auto info = head(key);
  if (!info) return std::unexpected(info.error());
  if (!*info || (*info)->etag != etag) return false;
  if (auto removed = remove(key); !removed) return std::unexpected(std::move(removed).error());
  return true;
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
