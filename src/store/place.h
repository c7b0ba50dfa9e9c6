// Where objects are, as people write it: a folder, or a prefix of a bucket.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace docmill {

/// A prefix of a bucket. A folder is a prefix of the bucket `folder_bucket`, whose keys are paths, so that one rule
/// names the documents of both: what follows the prefix is the key in the store.
struct Place {
  std::string bucket;
  std::string prefix;  // "a/b/", or empty for the whole bucket; of a folder "/a/b/", or relative until made absolute

  static constexpr std::string_view folder_bucket = "file://";

  bool is_folder() const { return bucket == folder_bucket; }
  /// Of a folder: "/a/b".
  std::filesystem::path path() const;
  bool empty() const { return bucket.empty(); }
  /// "s3://bucket/a/b/" or "file:///a/b/".
  std::string uri() const;
  /// The same with more folders: "a/b/" and "c/" give "a/b/c/".
  Place below(std::string_view folders) const { return {.bucket = bucket, .prefix = prefix + std::string(folders)}; }
  /// Whether everything of `other` lies here.
  bool contains(const Place& other) const { return bucket == other.bucket && other.prefix.starts_with(prefix); }
  /// The key in a store of this place; nothing when the object does not lie here.
  std::optional<std::string> key_of(std::string_view object_bucket, std::string_view object_key) const;

  bool operator==(const Place&) const = default;
};

/// "s3://bucket/prefix", "./in", "/data/in" or "file:///data/in" (percent-encoded). A prefix is a folder: it gets a
/// slash at its end. What was expected, when the text is none of them.
std::expected<Place, std::string> parse_place(std::string_view text);

/// The place of a folder.
Place place_of(const std::filesystem::path& folder);

/// The path in a "file:///data/a%20b" of this machine; nothing when it is none.
std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri);

}  // namespace docmill
