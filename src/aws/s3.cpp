#include "aws/s3.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "aws/s3_service.h"
#include "base/ascii.h"
#include "base/percent_encoded.h"
#include "telemetry/log.h"

namespace docmill::aws {
namespace {

constexpr std::string_view metadata_prefix = "x-amz-meta-";
constexpr std::size_t list_page_size_bytes_max = std::size_t{32} << 20U;  // 1,000 keys of 1,024 bytes, encoded: 4 MiB
constexpr std::size_t small_answer_size_bytes_max = std::size_t{1} << 20U;
constexpr int not_found = 404, conflict = 409, precondition_failed = 412, range_not_satisfiable = 416,
              not_implemented = 501;

std::string in_quotes(std::string_view etag) { return fmt::format("\"{}\"", etag); }

std::string_view without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) return etag.substr(1, etag.size() - 2);
  return etag;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "bytes 0-9/443": the size behind the slash, where the answer is a part.
std::optional<std::uint64_t> whole_size(const net::Headers& headers) {
  if (const auto range = net::find(headers, "content-range")) return number_in(range->substr(range->find('/') + 1));
  return number_in(net::find(headers, "content-length").value_or(""));
}

void add_condition(const PutCondition& condition, net::Headers& headers) {
  if (condition.if_absent) headers.push_back({"If-None-Match", "*"});
  if (condition.if_etag) headers.push_back({"If-Match", in_quotes(*condition.if_etag)});
}

Result<Got> got_from(Result<Answer> answer) {
  if (!answer) {
    // Of a key that is not there S3 says so only to those who may list the bucket.
    if (answer.error().kind == ErrorKind::denied)
      answer.error().message += "; without s3:ListBucket on the bucket, a key that does not exist is answered so too";
    return std::unexpected(std::move(answer).error());
  }
  if (answer->status == not_found) return Got::absent;
  if (answer->status == precondition_failed) return Got::changed;
  if (answer->status == range_not_satisfiable) return Got::past_its_end;
  return Got::read;
}

/// Without it nobody could say later whether the object is still this one.
Result<std::string> etag_in(const net::Headers& headers) {
  std::string etag(without_quotes(net::find(headers, "etag").value_or("")));
  if (etag.empty()) return fail(ErrorKind::unavailable, "answer of S3", "it has no etag");
  return etag;
}

Result<std::string> part_from(Result<Answer> answer) {
  if (!answer) return std::unexpected(std::move(answer).error());
  return etag_in(answer->headers);
}

/// S3 answers a write whose condition did not hold with 412, with 409 while another write of the key is going on, and
/// with 404 where the object of If-Match is gone.
bool refused(const Answer& answer) {
  return answer.status == precondition_failed || answer.status == conflict || answer.status == not_found;
}

/// Answers of a listing that are damaged on the way before the place counts as unavailable.
constexpr int damaged_answers_max = 4;

/// A listing has no checksum. One that makes no sense is asked for again, for it changes nothing.
template <typename Page>
Result<Page> call_and_parse(Client& client, const Call& list, Result<Page> (*parse)(std::string_view)) {
  for (int tries = 1;; ++tries) {
    const auto answer = client.call(list);
    if (!answer) return std::unexpected(answer.error());
    auto page = parse(answer->body);
    if (page) return page;
    if (tries == damaged_answers_max) return std::unexpected(std::move(page).error().within(list.resource));
    log::warning("answer_damaged", {{"reason", page.error().text()}});
  }
}

}  // namespace

std::string ObjectName::uri() const { return fmt::format("s3://{}/{}", bucket, docmill::percent_encoded(key)); }

Result<ObjectHead> object_head_from(const net::Headers& headers) {
  ObjectHead head;
  const auto size_bytes = whole_size(headers);
  const auto modified_at = parse_http_date(std::string(net::find(headers, "last-modified").value_or("")));
  if (!size_bytes || !modified_at)
    return fail(ErrorKind::unavailable, "answer of S3", "it says neither how long the object is nor when it changed");
  auto etag = etag_in(headers);
  if (!etag) return std::unexpected(std::move(etag).error());
  head.size_bytes = *size_bytes;
  head.modified_at = *modified_at;
  head.etag = *std::move(etag);
  for (const net::Header& header : headers) {
    const std::string name = ascii_lowered(header.name);
    if (name.starts_with(metadata_prefix)) head.metadata.emplace(name.substr(metadata_prefix.size()), header.value);
  }
  head.checksum = checksum_in(headers);
  return head;
}

Call S3::call(std::string_view operation, std::string_view method, const ObjectName& object) const {
  Call call{.service = &s3_service,
            .operation = std::string(operation),
            .resource = object.uri(),
            .method = std::string(method),
            .bucket = object.bucket,
            .key = object.key,
            .body_size_bytes_max = small_answer_size_bytes_max};
  if (const auto& owner = client_.settings().expected_bucket_owner; !owner.empty())
    call.headers.push_back({"x-amz-expected-bucket-owner", owner});
  if (settings_.requester_pays) call.headers.push_back({"x-amz-request-payer", "requester"});
  return call;
}

void S3::add_headers_of(const PutRequest& request, net::Headers& headers) const {
  if (!request.content_type.empty()) headers.push_back({"Content-Type", request.content_type});
  for (const auto& [name, value] : request.metadata) headers.push_back({std::string(metadata_prefix) + name, value});
  switch (settings_.encryption) {
    case S3Settings::Encryption::of_the_bucket:
      break;
    case S3Settings::Encryption::s3:
      headers.push_back({"x-amz-server-side-encryption", "AES256"});
      break;
    case S3Settings::Encryption::kms:
      headers.push_back({"x-amz-server-side-encryption", "aws:kms"});
      if (!settings_.kms_key_id.empty())
        headers.push_back({"x-amz-server-side-encryption-aws-kms-key-id", settings_.kms_key_id});
  }
}

Result<std::optional<ObjectHead>> S3::head(const ObjectName& object) {
  Call request = call("HeadObject", "HEAD", object);
  request.headers.push_back({"x-amz-checksum-mode", "ENABLED"});
  request.also_expected = {not_found};
  const auto answer = client_.call(request);
  const auto got = got_from(answer);
  if (!got) return std::unexpected(got.error());
  if (*got == Got::absent) return std::nullopt;
  auto head = object_head_from(answer->headers);
  if (!head) return std::unexpected(std::move(head).error().within(object.uri()));
  return std::move(*head);
}

Pending<Got> S3::submit_get(const ObjectName& object, const GetRequest& request, net::BodySink& sink) {
  Call get = call("GetObject", "GET", object);
  get.sink = &sink;
  get.also_expected = {not_found, precondition_failed, range_not_satisfiable};
  if (request.range)
    get.headers.push_back({"Range", fmt::format("bytes={}-{}", request.range->offset,
                                                request.range->offset + request.range->length - 1)});
  else
    get.headers.push_back({"x-amz-checksum-mode", "ENABLED"});
  if (request.if_etag) get.headers.push_back({"If-Match", in_quotes(*request.if_etag)});
  return {client_.submit(std::move(get)), got_from};
}

Result<Put> S3::put(const ObjectName& object, net::RequestBody body, const PutRequest& request,
                    const PutCondition& condition) {
  Call put = call("PutObject", "PUT", object);
  put.body = body;
  put.also_expected = {not_found, conflict, precondition_failed};
  add_headers_of(request, put.headers);
  put.headers.push_back({"x-amz-sdk-checksum-algorithm", "CRC32"});
  put.headers.push_back({"x-amz-checksum-crc32", crc32_text(request.crc32)});
  add_condition(condition, put.headers);
  const auto answer = client_.call(put);
  if (!answer) return std::unexpected(answer.error());
  Put result{.etag = std::nullopt, .repeated = answer->attempts > 1};
  if (refused(*answer)) return result;
  auto etag = etag_in(answer->headers);
  if (!etag) return std::unexpected(std::move(etag).error().within(object.uri()));
  result.etag = *std::move(etag);
  return result;
}

Result<std::string> S3::begin_upload(const ObjectName& object, const PutRequest& request) {
  Call begin = call("CreateMultipartUpload", "POST", object);
  begin.query = {{"uploads", ""}};
  add_headers_of(request, begin.headers);
  begin.headers.push_back({"x-amz-checksum-algorithm", "CRC32"});
  begin.headers.push_back({"x-amz-checksum-type", "FULL_OBJECT"});
  const auto answer = client_.call(begin);
  if (!answer) return std::unexpected(answer.error());
  auto id = parse_upload_id(answer->body);
  if (!id) return std::unexpected(std::move(id).error().within(object.uri()));
  return id;
}

Pending<std::string> S3::submit_part(const ObjectName& object, std::string_view upload_id, int number,
                                     net::RequestBody body, std::uint32_t crc32) {
  Call part = call("UploadPart", "PUT", object);
  part.query = {{"partNumber", fmt::to_string(number)}, {"uploadId", std::string(upload_id)}};
  part.body = body;
  part.headers.push_back({"x-amz-sdk-checksum-algorithm", "CRC32"});
  part.headers.push_back({"x-amz-checksum-crc32", crc32_text(crc32)});
  return {client_.submit(std::move(part)), part_from};
}

Result<Put> S3::complete_upload(const ObjectName& object, std::string_view upload_id,
                                std::span<const UploadedPart> parts, const PutRequest& request,
                                const PutCondition& condition) {
  const std::string body = complete_upload_body(parts);
  Call complete = call("CompleteMultipartUpload", "POST", object);
  complete.query = {{"uploadId", std::string(upload_id)}};
  complete.body = std::string_view(body);
  complete.also_expected = {not_found, conflict, precondition_failed};
  complete.headers.push_back({"Content-Type", "application/xml"});
  complete.headers.push_back({"x-amz-checksum-type", "FULL_OBJECT"});
  complete.headers.push_back({"x-amz-checksum-crc32", crc32_text(request.crc32)});
  add_condition(condition, complete.headers);
  const auto answer = client_.call(complete);
  if (!answer) return std::unexpected(answer.error());
  Put result{.etag = std::nullopt, .repeated = answer->attempts > 1};
  if (refused(*answer)) return result;
  auto etag = parse_completed_upload(answer->body);
  if (!etag) return std::unexpected(std::move(etag).error().within(object.uri()));
  result.etag = std::move(*etag);
  return result;
}

Result<void> S3::abort_upload(const ObjectName& object, std::string_view upload_id) {
  Call abort = call("AbortMultipartUpload", "DELETE", object);
  abort.query = {{"uploadId", std::string(upload_id)}};
  abort.also_expected = {not_found};
  if (auto answer = client_.call(abort); !answer) return std::unexpected(std::move(answer).error());
  return {};
}

Result<UploadPage> S3::list_uploads(const ObjectName& prefix, const UploadMarker& after) {
  Call list = call("ListMultipartUploads", "GET", {.bucket = prefix.bucket, .key = ""});
  list.resource = prefix.uri();
  list.body_size_bytes_max = list_page_size_bytes_max;
  list.query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", prefix.key}};
  if (!after.empty()) {
    list.query.emplace_back("key-marker", after.key);
    list.query.emplace_back("upload-id-marker", after.id);
  }
  return call_and_parse<UploadPage>(client_, list, parse_upload_page);
}

Result<bool> S3::ends_uploads(const ObjectName& prefix) {
  Call get = call("GetBucketLifecycleConfiguration", "GET", {.bucket = prefix.bucket, .key = ""});
  get.query = {{"lifecycle", ""}};
  get.also_expected = {not_found};
  const auto answer = client_.call(get);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == not_found) return false;
  return ends_uploads_by_rule(answer->body, prefix.key);
}

Result<ListPage> S3::list(const ListRequest& request) {
  Call list = call("ListObjectsV2", "GET", {.bucket = request.bucket, .key = ""});
  list.body_size_bytes_max = list_page_size_bytes_max;
  list.query = {{"list-type", "2"},
                {"encoding-type", "url"},  // keys may hold what XML cannot
                {"max-keys", fmt::to_string(request.objects_max)},
                {"prefix", request.prefix}};
  if (!request.token.empty())
    list.query.emplace_back("continuation-token", request.token);
  else if (!request.start_after.empty())
    list.query.emplace_back("start-after", request.start_after);
  return call_and_parse<ListPage>(client_, list, parse_list_page);
}

Result<void> S3::remove(const ObjectName& object) {
  Call remove = call("DeleteObject", "DELETE", object);
  remove.also_expected = {not_found};
  if (auto answer = client_.call(remove); !answer) return std::unexpected(std::move(answer).error());
  return {};
}

Result<bool> S3::remove_if(const ObjectName& object, std::string_view etag) {
  Call remove = call("DeleteObject", "DELETE", object);
  remove.also_expected = {not_found, conflict, precondition_failed, not_implemented};
  remove.headers.push_back({"If-Match", in_quotes(etag)});
  const auto answer = client_.call(remove);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == not_implemented) {
    if (auto removed = this->remove(object); !removed) return std::unexpected(std::move(removed).error());
    return true;
  }
  // A call that was repeated may have removed it the first time.
  return !refused(*answer) || (answer->status == not_found && answer->attempts > 1);
}

}  // namespace docmill::aws
