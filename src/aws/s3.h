// The calls of S3 that docmill makes, from values to values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/checksum.h"
#include "aws/client.h"
#include "aws/s3_xml.h"
#include "base/clock.h"
#include "base/error.h"

namespace docmill::aws {

/// How objects are written and read beyond what a bucket says itself.
struct S3Settings {
  enum class Encryption : std::uint8_t { of_the_bucket, s3, kms };
  Encryption encryption = Encryption::of_the_bucket;
  std::string kms_key_id;  // with `kms`; empty for the account's own key
  bool requester_pays = false;
};

/// An object's name: opaque bytes.
struct ObjectName {
  std::string bucket;
  std::string key;

  std::string uri() const;  // "s3://bucket/key", as people read it
};

/// What an answer to HEAD or GET says of the object.
struct ObjectHead {
  std::uint64_t size_bytes = 0;  // of the whole object, also where the answer is a part
  std::string etag;              // without quotes
  WallTime modified_at{};
  std::map<std::string, std::string, std::less<>> metadata;  // names in lower case, without "x-amz-meta-"
  std::optional<Checksum> checksum;
};

/// unavailable where a header that S3 always sends is missing.
Result<ObjectHead> object_head_from(const net::Headers& headers);

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct GetRequest {
  std::optional<ByteRange> range = {};
  std::optional<std::string> if_etag = {};  // nothing: whatever the object is
};

enum class Got : std::uint8_t {
  read,
  absent,
  changed,       // it is not the object of GetRequest::if_etag any more
  past_its_end,  // the range begins where the object has ended
};

struct PutRequest {
  std::string content_type;
  std::map<std::string, std::string, std::less<>> metadata;  // printable ASCII
  std::uint32_t crc32 = 0;                                   // of the whole object
};

/// What must hold for a write to take effect.
struct PutCondition {
  bool if_absent = false;
  std::optional<std::string> if_etag = {};
};

/// What came of a conditional write.
struct Put {
  std::optional<std::string> etag;  // nothing where the condition did not hold
  bool repeated = false;            // more than one request was sent: an earlier one may have taken effect
};

struct ListRequest {
  std::string bucket;
  std::string prefix;
  std::string start_after;
  std::string token;  // of the page before; start_after is not looked at then
  std::uint32_t objects_max = 1000;
};

/// A GET or an upload on its way; wait() once, destruction cancels.
template <typename Value>
class Pending {
 public:
  using Read = Result<Value> (*)(Result<Answer>);
  Pending(PendingCall call, Read read) : call_(std::move(call)), read_(read) {}
  Result<Value> wait() { return read_(call_.wait()); }

 private:
  PendingCall call_;
  Read read_;
};

/// Errors of all: those of Client::call. Any thread may call any member.
class S3 {
 public:
  /// `client` outlives it.
  S3(Client& client, S3Settings settings) : client_(client), settings_(std::move(settings)) {}

  /// Nothing where there is no such object.
  Result<std::optional<ObjectHead>> head(const ObjectName& object);
  /// The bytes go to `sink`, which outlives the call.
  Pending<Got> submit_get(const ObjectName& object, const GetRequest& request, net::BodySink& sink);
  Result<Got> get(const ObjectName& object, const GetRequest& request, net::BodySink& sink) {
    return submit_get(object, request, sink).wait();
  }

  Result<Put> put(const ObjectName& object, net::RequestBody body, const PutRequest& request,
                  const PutCondition& condition);

  /// The id of the upload.
  Result<std::string> begin_upload(const ObjectName& object, const PutRequest& request);
  /// The etag of the part. `number` from 1.
  Pending<std::string> submit_part(const ObjectName& object, std::string_view upload_id, int number,
                                   net::RequestBody body, std::uint32_t crc32);
  Result<Put> complete_upload(const ObjectName& object, std::string_view upload_id, std::span<const UploadedPart> parts,
                              const PutRequest& request, const PutCondition& condition);
  /// Absence is no error.
  Result<void> abort_upload(const ObjectName& object, std::string_view upload_id);
  /// A page of the uploads whose keys start with that of `prefix`, which are neither completed nor aborted.
  Result<UploadPage> list_uploads(const ObjectName& prefix, const UploadMarker& after);
  /// Whether a rule of the bucket ends such uploads.
  Result<bool> ends_uploads(const ObjectName& prefix);

  Result<ListPage> list(const ListRequest& request);
  /// Absence is no error.
  Result<void> remove(const ObjectName& object);
  /// Whether the object was there in this version. A server that knows no such condition is asked without one.
  Result<bool> remove_if(const ObjectName& object, std::string_view etag);

 private:
  Call call(std::string_view operation, std::string_view method, const ObjectName& object) const;
  void add_headers_of(const PutRequest& request, net::Headers& headers) const;

  Client& client_;
  S3Settings settings_;
};

}  // namespace docmill::aws
