#include "aws/s3_xml.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <pugixml.hpp>
#include <system_error>
#include <utility>

namespace docmill::aws {
namespace {

std::unexpected<Error> no_such_xml(std::string message) {
  return fail(ErrorKind::unavailable, "answer of S3", std::move(message));
}

/// The root element of this name.
Result<pugi::xml_node> parse(pugi::xml_document& document, std::string_view xml, const char* root) {
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_minimal | pugi::parse_escapes);
  if (!parsed) return no_such_xml(fmt::format("no XML: {} at byte {}", parsed.description(), parsed.offset));
  if (const pugi::xml_node node = document.child(root)) return node;
  return no_such_xml(fmt::format("<{}> expected, <{}> found", root, document.first_child().name()));
}

std::string without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

std::optional<ListedObject> listed_object(const pugi::xml_node& node, bool encoded) {
  ListedObject object;
  const std::string_view key = node.child_value("Key");
  object.key = encoded ? form_decoded(key) : std::string(key);
  object.etag = without_quotes(node.child_value("ETag"));
  const std::string_view size = node.child_value("Size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), object.size_bytes);
  const auto modified_at = parse_iso8601(node.child_value("LastModified"));
  if (object.key.empty() || object.etag.empty() || error != std::errc() || end != size.data() + size.size() ||
      !modified_at)
    return std::nullopt;
  object.modified_at = *modified_at;
  return object;
}

bool is_passing(std::string_view code) { return code == "SlowDown" || code == "ServiceUnavailable"; }

}  // namespace

Result<ListPage> parse_list_page(std::string_view xml) {
  pugi::xml_document document;
  const auto root = parse(document, xml, "ListBucketResult");
  if (!root) return std::unexpected(root.error());
  const bool encoded = std::string_view(root->child_value("EncodingType")) == "url";
  ListPage page;
  for (const pugi::xml_node node : root->children("Contents")) {
    auto object = listed_object(node, encoded);
    if (!object) return no_such_xml("an entry of the listing has no key, etag, size or time");
    page.objects.push_back(std::move(*object));
  }
  if (std::string_view(root->child_value("IsTruncated")) != "true") return page;
  page.next_token = root->child_value("NextContinuationToken");
  if (page.next_token.empty()) return no_such_xml("the listing goes on and does not say where");
  return page;
}

Result<UploadPage> parse_upload_page(std::string_view xml) {
  pugi::xml_document document;
  const auto root = parse(document, xml, "ListMultipartUploadsResult");
  if (!root) return std::unexpected(root.error());
  const bool encoded = std::string_view(root->child_value("EncodingType")) == "url";
  const auto key_of = [encoded](const char* text) { return encoded ? form_decoded(text) : std::string(text); };
  UploadPage page;
  for (const pugi::xml_node node : root->children("Upload")) {
    const auto begun_at = parse_iso8601(node.child_value("Initiated"));
    ListedUpload upload{.key = key_of(node.child_value("Key")), .id = node.child_value("UploadId")};
    if (!begun_at || upload.key.empty() || upload.id.empty())
      return no_such_xml("an entry of the listing of uploads has no key, id or time");
    upload.begun_at = *begun_at;
    page.uploads.push_back(std::move(upload));
  }
  if (std::string_view(root->child_value("IsTruncated")) != "true") return page;
  page.next = {.key = key_of(root->child_value("NextKeyMarker")), .id = root->child_value("NextUploadIdMarker")};
  if (page.next.empty()) return no_such_xml("the listing of uploads goes on and does not say where");
  return page;
}

Result<bool> ends_uploads_by_rule(std::string_view xml, std::string_view prefix) {
  pugi::xml_document document;
  const auto root = parse(document, xml, "LifecycleConfiguration");
  if (!root) return std::unexpected(root.error());
  for (const pugi::xml_node rule : root->children("Rule")) {
    if (std::string_view(rule.child_value("Status")) != "Enabled" || !rule.child("AbortIncompleteMultipartUpload"))
      continue;
    const pugi::xml_node filter = rule.child("Filter");
    // A rule for tags or sizes is none for uploads, which have neither yet.
    if (filter && filter.first_child() && std::string_view(filter.first_child().name()) != "Prefix") continue;
    if (prefix.starts_with((filter ? filter : rule).child_value("Prefix"))) return true;
  }
  return false;
}

Result<std::string> parse_upload_id(std::string_view xml) {
  pugi::xml_document document;
  const auto root = parse(document, xml, "InitiateMultipartUploadResult");
  if (!root) return std::unexpected(root.error());
  std::string id = root->child_value("UploadId");
  if (id.empty()) return no_such_xml("an upload without an id");
  return id;
}

Result<std::string> parse_completed_upload(std::string_view xml) {
  pugi::xml_document document;
  const auto root = parse(document, xml, "CompleteMultipartUploadResult");
  if (const pugi::xml_node error = document.child("Error")) {
    const std::string_view code = error.child_value("Code");
    return fail(is_passing(code) ? ErrorKind::throttled : ErrorKind::unavailable, "CompleteMultipartUpload",
                fmt::format("{} behind a status of 200: {}", code, error.child_value("Message")));
  }
  if (!root) return std::unexpected(root.error());
  std::string etag = without_quotes(root->child_value("ETag"));
  if (etag.empty()) return no_such_xml("an object without an etag");
  return etag;
}

std::string complete_upload_body(std::span<const UploadedPart> parts) {
  std::string body = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  for (std::size_t i = 0; i < parts.size(); ++i)
    body += fmt::format(
        "<Part><ETag>&quot;{}&quot;</ETag><PartNumber>{}</PartNumber><ChecksumCRC32>{}</ChecksumCRC32></Part>",
        parts[i].etag, i + 1, parts[i].crc32);
  return body + "</CompleteMultipartUpload>";
}

std::string form_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view hex = text[i] == '%' ? text.substr(i + 1, 2) : std::string_view();
    unsigned value = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() == 2 && error == std::errc() && end == hex.data() + 2) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::optional<WallTime> parse_iso8601(const std::string& text) {
  std::tm time{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return std::nullopt;
  unsigned microseconds = 0;
  if (*rest == '.') {
    ++rest;
    for (unsigned digit = 100'000; *rest >= '0' && *rest <= '9'; digit /= 10, ++rest)
      microseconds += static_cast<unsigned>(*rest - '0') * digit;
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return WallTime(std::chrono::seconds(::timegm(&time)) + std::chrono::microseconds(microseconds));
}

std::optional<WallTime> parse_http_date(const std::string& text) {
  std::tm time{};
  const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return WallTime(std::chrono::seconds(::timegm(&time)));
}

}  // namespace docmill::aws
