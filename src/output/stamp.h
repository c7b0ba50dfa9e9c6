// What an output says of its origin, and whether that means done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "document/outputs.h"
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
  /// docmill.outputs: others that are done with this one, and by which hash of the settings that reach them.
  std::vector<std::pair<OutputId, std::string>> outputs = {};

  /// Whether this stamp says that `output` is done with these settings too.
  bool vouches_for(OutputId output, std::string_view recipe_hash) const;
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

/// Remove the output under `key` unless its stamp names the source as it is now, or there is none. One that somebody
/// makes anew meanwhile stays.
Result<void> remove_if_stale(ObjectStore& store, const std::string& key, std::string_view source_etag);

/// The address of the document that the output's rows name; nothing where its footer does not tell. One read of it.
Result<std::optional<std::string>> read_source_uri(ObjectStore& store, const ObjectInfo& info);

/// Names the source as it is now, the same recipe and the same major version.
bool is_current(const OutputStamp& stamp, std::string_view source_etag, std::string_view recipe_hash);

/// Done: is current, and not `retry`.
bool is_done(const OutputStamp& stamp, std::string_view source_etag, std::string_view recipe_hash);

}  // namespace docmill
