// The XML that S3 sends and takes. Strangers' bytes: bounded by what the client lets through, and without entities of
// their own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace docmill::aws {

struct ListedObject {
  std::string key;
  std::uint64_t size_bytes = 0;
  std::string etag;  // without quotes
  WallTime modified_at{};
};

struct ListPage {
  std::vector<ListedObject> objects;
  std::string next_token;  // empty on the last page
};

/// An upload in parts that is neither completed nor aborted.
struct ListedUpload {
  std::string key;
  std::string id;
  WallTime begun_at{};
};

/// Where a listing of uploads goes on; empty: at its beginning, or that it has ended.
struct UploadMarker {
  std::string key{};
  std::string id{};

  bool empty() const { return key.empty(); }
};

struct UploadPage {
  std::vector<ListedUpload> uploads;
  UploadMarker next;
};

struct UploadedPart {
  std::string etag;
  std::string crc32;
};

/// Errors of all: unavailable (no such XML: the server is none, or something between changed the answer).

/// Keys are decoded where the answer says that they are encoded.
Result<ListPage> parse_list_page(std::string_view xml);
Result<UploadPage> parse_upload_page(std::string_view xml);
/// Of a bucket's lifecycle configuration: whether a rule in force ends unfinished uploads of all keys with this prefix.
Result<bool> ends_uploads_by_rule(std::string_view xml, std::string_view prefix);
Result<std::string> parse_upload_id(std::string_view xml);
/// The new object's etag. S3 may answer 200 and say afterwards, in the body, that it failed: throttled or unavailable.
Result<std::string> parse_completed_upload(std::string_view xml);
/// Parts are numbered from 1.
std::string complete_upload_body(std::span<const UploadedPart> parts);

/// "%41+b" is "A b".
std::string form_decoded(std::string_view text);

/// "2026-11-22T01:40:43.123Z", and "Sun, 22 Nov 2026 01:40:43 GMT".
std::optional<WallTime> parse_iso8601(const std::string& text);
std::optional<WallTime> parse_http_date(const std::string& text);

}  // namespace docmill::aws
