#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/failpoint.h"
#include "document/limits.h"
#include "store/s3_root.h"
#include "store/spool.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

constexpr std::size_t memory_size_bytes_max = 16 * MiB;
constexpr std::uint64_t single_put_size_bytes_max = 16 * MiB;
constexpr std::uint64_t part_size_bytes_min = 16 * MiB;
constexpr std::uint64_t part_count_max = 10'000;  // Amazon S3 User Guide, "multipart upload limits"
constexpr std::size_t parts_on_their_way_max = 4;

aws::PutCondition put_condition(const WriteCondition& condition) {
  switch (condition.kind) {
    case WriteCondition::Kind::always:
      return {};
    case WriteCondition::Kind::if_absent:
      return {.if_absent = true};
    case WriteCondition::Kind::if_etag:
      return {.if_etag = condition.etag};
  }
  return {};
}

std::uint64_t part_size_for(std::uint64_t size_bytes) {
  return std::max(part_size_bytes_min, (size_bytes + part_count_max - 1) / part_count_max);
}

class S3Writer final : public ObjectWriter {
 public:
  S3Writer(std::shared_ptr<const S3Root> root, std::string_view key, aws::ObjectName name)
      : root_(std::move(root)), key_(key), name_(std::move(name)), spool_(memory_size_bytes_max) {}

  Result<void> write(std::span<const std::byte> bytes) override;
  void set_attributes(ObjectAttributes attributes) override {
    request_.content_type = std::move(attributes.content_type);
    request_.metadata = metadata_for_s3(attributes.metadata);
  }
  Result<std::optional<std::string>> commit(const WriteCondition& condition) override;
  bool can_commit() const override { return !failure_ && !committed_; }

 private:
  Result<aws::Put> put_whole(const aws::PutCondition& condition) {
    return root_->s3.put(name_, spool_.part(0, spool_.size_bytes()), request_, condition);
  }
  Result<aws::Put> put_in_parts(const aws::PutCondition& condition);
  void abort(const std::string& upload_id);
  void end_earlier_uploads();
  Result<std::vector<aws::UploadedPart>> send_parts(const std::string& upload_id);
  Result<std::optional<std::string>> etag_if_ours();

  std::shared_ptr<const S3Root> root_;
  std::string key_;
  aws::ObjectName name_;
  aws::PutRequest request_;
  Spool spool_;
  std::optional<Error> failure_;  // of a write: what was spooled is not the object
  bool committed_ = false;
  bool uncertain_ = false;  // a commit failed, and may have taken effect all the same
};

Result<void> S3Writer::write(std::span<const std::byte> bytes) {
  if (failure_) return std::unexpected(*failure_);
  auto written = spool_.write(bytes);
  if (!written) {
    failure_ = std::move(written).error().within(root_->uri(key_));
    return std::unexpected(*failure_);
  }
  request_.crc32 = aws::crc32(bytes, request_.crc32);
  return {};
}

Result<std::vector<aws::UploadedPart>> S3Writer::send_parts(const std::string& upload_id) {
  const std::uint64_t part_size = part_size_for(spool_.size_bytes());
  std::vector<aws::UploadedPart> sent;
  std::deque<aws::Pending<std::string>> on_their_way;  // the last ones of `sent`
  for (std::uint64_t offset = 0; offset < spool_.size_bytes() || !on_their_way.empty();) {
    if (offset < spool_.size_bytes() && on_their_way.size() < parts_on_their_way_max) {
      const std::uint64_t length = std::min(part_size, spool_.size_bytes() - offset);
      const auto crc = spool_.crc32(offset, length);
      if (!crc) return std::unexpected(crc.error());
      sent.push_back({.etag = {}, .crc32 = aws::crc32_text(*crc)});
      on_their_way.push_back(
          root_->s3.submit_part(name_, upload_id, static_cast<int>(sent.size()), spool_.part(offset, length), *crc));
      offset += length;
      continue;
    }
    auto etag = on_their_way.front().wait();
    if (!etag) return std::unexpected(std::move(etag).error());
    sent[sent.size() - on_their_way.size()].etag = std::move(*etag);
    on_their_way.pop_front();
  }
  return sent;
}

Result<aws::Put> S3Writer::put_in_parts(const aws::PutCondition& condition) {
  const auto upload_id = root_->s3.begin_upload(name_, request_);
  if (!upload_id) return std::unexpected(upload_id.error());
  const auto parts = send_parts(*upload_id);
  (void)DOCMILL_FAILPOINT("mid_multipart");
  Result<aws::Put> put = parts ? root_->s3.complete_upload(name_, *upload_id, *parts, request_, condition)
                               : Result<aws::Put>(std::unexpected(parts.error()));
  if (!put || !put->etag) abort(*upload_id);
  if (put && put->etag) end_earlier_uploads();
  // Somebody has ended it, as a rule of the bucket may: what is there is looked at, and the write begun anew.
  if (!put && put.error().kind == ErrorKind::not_found) return aws::Put{};
  return put;
}

/// What is unfinished of this key can do nothing any more, whoever began it: its condition is of a version that this
/// write has replaced. Writers that were killed leave such uploads.
void S3Writer::end_earlier_uploads() {
  if (root_->uploads_hidden) return;
  const auto is_of_key = [this](const aws::ListedUpload& upload) { return upload.key == name_.key; };
  if (auto looked = remove_s3_uploads(*root_, name_, is_of_key); !looked)
    log::info("uploads_unseen", {{"reason", looked.error().text()}});
}

/// Parts that stay cost money until somebody finds them. That this fails does not change what came of the write; a rule
/// of the bucket that ends old uploads is there for it (docs/aws.md).
void S3Writer::abort(const std::string& upload_id) {
  if (const auto aborted = root_->s3.abort_upload(name_, upload_id); !aborted)
    log::warning("upload_not_aborted", {{"reason", aborted.error().text()}});
}

/// The etag of the object that is there, if it is what this writer has sent. Where it may not be looked at, nobody
/// knows: then it counts as somebody else's.
Result<std::optional<std::string>> S3Writer::etag_if_ours() {
  const auto found = root_->s3.head(name_);
  if (!found && found.error().kind == ErrorKind::denied) return std::nullopt;
  if (!found) return std::unexpected(found.error());
  if (!*found || (*found)->size_bytes != spool_.size_bytes() || (*found)->metadata != request_.metadata)
    return std::nullopt;
  const auto& checksum = (*found)->checksum;
  if (!checksum || checksum->kind != aws::ChecksumKind::crc32) return std::nullopt;
  const auto crc = spool_.crc32(0, spool_.size_bytes());
  if (!crc) return std::unexpected(crc.error());
  if (aws::crc32_bytes(*crc) != checksum->value) return std::nullopt;
  return (*found)->etag;
}

Result<std::optional<std::string>> S3Writer::commit(const WriteCondition& condition) {
  if (committed_) return fail(ErrorKind::invalid_input, root_->uri(key_), "committed before");
  if (auto checked = check_condition(condition, root_->uri(key_)); !checked)
    return std::unexpected(std::move(checked).error());
  if (failure_) return std::unexpected(*failure_);
  (void)DOCMILL_FAILPOINT("before_put");
  auto put = spool_.size_bytes() > single_put_size_bytes_max ? put_in_parts(put_condition(condition))
                                                             : put_whole(put_condition(condition));
  if (!put) {
    uncertain_ = true;
    return std::unexpected(std::move(put).error());
  }
  if (!put->etag && (put->repeated || uncertain_)) {
    auto ours = etag_if_ours();
    if (!ours) return std::unexpected(std::move(ours).error());
    put->etag = std::move(*ours);
  }
  committed_ = put->etag.has_value();
  return std::move(put->etag);
}

}  // namespace

Result<std::unique_ptr<ObjectWriter>> make_s3_writer(std::shared_ptr<const S3Root> root, std::string_view key) {
  auto name = root->name_of(key);
  if (!name) return std::unexpected(std::move(name).error());
  return std::make_unique<S3Writer>(std::move(root), key, std::move(*name));
}

}  // namespace docmill
