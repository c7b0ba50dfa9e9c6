// What an output says of its origin, and whether that means done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "document/outputs.h"
#include "store/object_store.h"

namespace docmill {

/// Of which document a file without rows is, which otherwise say so; in its footer alone.
inline constexpr std::string_view source_uri_key = "docmill.source_uri";

/// The key-value metadata `docmill.*` of a Parquet output.
struct OutputStamp {
  std::string version;        // docmill.version
  std::string recipe_hash;    // docmill.recipe_hash
  std::string source_etag;    // docmill.source_etag
  std::string source_sha256;  // docmill.source_sha256
  std::string status;         // docmill.status: ok, partial, or retry (some page failed of a kind `perhaps`)
  std::optional<ErrorKind> error_kind = {};  // docmill.error_kind: of the first bad page; absent where all are well
  /// docmill.outputs: others that are done with this one, and by which hash of the settings that reach them. The list
  /// of files, which is of no output alone, names all whose files it lists.
  std::vector<std::pair<OutputId, std::string>> outputs = {};

  /// Whether this stamp says that `output` is done with the settings that have this hash.
  bool vouches_for(OutputId output, std::string_view hash) const;
};

/// The stamp as keys and values of a file's metadata.
std::vector<std::pair<std::string, std::string>> metadata_of(const OutputStamp& stamp);

/// The stamp in a whole Parquet file; nothing where it is none of docmill's.
std::optional<OutputStamp> stamp_in_file(std::string_view parquet);

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

/// The address of the document that the output's rows name, or its footer where there are none; nothing where neither
/// tells. One read of it.
Result<std::optional<std::string>> read_source_uri(ObjectStore& store, const ObjectInfo& info);

/// Whether it is a version with the major number of this one.
bool is_same_major(std::string_view version_text);

/// What the footer of an output says.
struct OutputFooter {
  std::uint64_t row_count = 0;
  std::optional<OutputStamp> stamp = {};       // nothing where the file is none of docmill's
  std::optional<std::string> source_uri = {};  // as read_source_uri()
};

/// One read of it. Nothing where it is gone, or no Parquet file.
Result<std::optional<OutputFooter>> read_output_footer(ObjectStore& store, const ObjectInfo& info);

/// Whether it names the source as it is now, and was written by a version with the same major number.
bool is_of_source(const OutputStamp& stamp, std::string_view source_etag);

/// Whether it says that `output` is done for the source as it is now, with the settings that have this hash.
bool is_current(const OutputStamp& stamp, std::string_view source_etag, OutputId output, std::string_view hash);

/// Done: is current, and not `retry`.
bool is_done(const OutputStamp& stamp, std::string_view source_etag, OutputId output, std::string_view hash);

}  // namespace docmill
