#include "store/place.h"

#include <algorithm>
#include <system_error>

#include "base/percent_encoded.h"

namespace docmill {
namespace {

constexpr std::string_view file_scheme = "file://";
constexpr std::string_view s3_scheme = "s3://";

bool has_scheme(std::string_view text) {
  const std::size_t end = text.find("://");
  return end != std::string_view::npos && end > 0 && text.substr(0, end).find('/') == std::string_view::npos;
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Amazon S3 User Guide, "General purpose bucket naming rules". Older buckets may have capitals and underscores.
bool is_bucket_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
           return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
         });
}

std::string as_folder(std::string_view prefix) {
  return prefix.empty() || prefix.ends_with('/') ? std::string(prefix) : std::string(prefix) + '/';
}

}  // namespace

std::filesystem::path Place::path() const {
  return prefix == "/" ? prefix : prefix.substr(0, prefix.size() - (prefix.ends_with('/') ? 1 : 0));
}

std::string Place::uri() const {
  return is_folder() ? std::string(file_scheme) + percent_encoded(prefix)
                     : std::string(s3_scheme) + bucket + "/" + percent_encoded(prefix);
}

std::optional<std::string> Place::key_of(std::string_view object_bucket, std::string_view object_key) const {
  if (object_bucket != bucket || !object_key.starts_with(prefix)) return std::nullopt;
  return std::string(object_key.substr(prefix.size()));
}

std::expected<Place, std::string> parse_place(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos)
    return std::unexpected("a folder or s3://BUCKET/PREFIX");
  if (!has_scheme(text)) return place_of(std::filesystem::path(text));
  if (text.starts_with(s3_scheme)) {
    text.remove_prefix(s3_scheme.size());
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view bucket = text.substr(0, slash);
    if (!is_bucket_name(bucket))
      return std::unexpected("s3://BUCKET/PREFIX with a bucket's name of 3 to 63 letters, digits, dots and hyphens");
    return Place{.bucket = std::string(bucket), .prefix = as_folder(text.substr(std::min(slash + 1, text.size())))};
  }
  const auto path = path_of_file_uri(text);
  if (!path) return std::unexpected("a folder, file:///PATH or s3://BUCKET/PREFIX");
  return place_of(*path);
}

Place place_of(const std::filesystem::path& folder) {
  return {.bucket = std::string(Place::folder_bucket), .prefix = as_folder(folder.native())};
}

std::optional<std::filesystem::path> path_of_file_uri(std::string_view uri) {
  if (!uri.starts_with(file_scheme)) return std::nullopt;
  const auto path = percent_decoded(uri.substr(file_scheme.size()));
  if (!path || !path->starts_with('/') || path->find('\0') != std::string::npos) return std::nullopt;
  return *path;
}

}  // namespace docmill
