// What an output says of its origin, and whether that means done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/object_store.h"

namespace docmill {

/// The key-value metadata `docmill.*` of a Parquet output.
struct OutputStamp {
  std::string version;        // docmill.version
  std::string recipe_hash;    // docmill.recipe_hash
  std::string source_etag;    // docmill.source_etag
  std::string source_sha256;  // docmill.source_sha256
  std::string status;         // docmill.status: ok, partial, or retry (some page failed of a kind `perhaps`)
  std::optional<ErrorKind> error_kind = {};  // docmill.error_kind: of the first bad page; absent where all are well
};

/// The stamp as keys and values of a file's metadata.
std::vector<std::pair<std::string, std::string>> metadata_of(const OutputStamp& stamp);

struct StampedOutput {
  ObjectInfo info;
  std::optional<OutputStamp> stamp;  // nothing when the object is no Parquet file of docmill's
};

/// The object under `key` with its stamp; nothing when there is no such object. The stamp comes from the object's
/// metadata, else from its footer (a folder keeps no metadata, nor do tools that copy from one).
Result<std::optional<StampedOutput>> read_stamp(ObjectStore& store, std::string_view key);

/// The address of the document that the output's rows name; nothing where its footer does not tell. One read of it.
Result<std::optional<std::string>> read_source_uri(ObjectStore& store, const ObjectInfo& info);

/// Names the source as it is now, the same recipe and the same major version.
bool is_current(const OutputStamp& stamp, std::string_view source_etag, std::string_view recipe_hash);

/// Done: is current, and not `retry`.
bool is_done(const OutputStamp& stamp, std::string_view source_etag, std::string_view recipe_hash);

}  // namespace docmill
