#include "store/object_store.h"

namespace docmill {

Result<std::optional<std::string>> put(ObjectStore& store, std::string_view key, std::span<const std::byte> bytes,
                                       const WriteCondition& condition) {
  auto writer = store.create(key);
  if (!writer) return std::unexpected(std::move(writer).error());
  if (auto written = (*writer)->write(bytes); !written) return std::unexpected(std::move(written).error());
  return (*writer)->commit(condition);
}

}  // namespace docmill
