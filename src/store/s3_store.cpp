#include "store/s3_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/percent_encoded.h"
#include "store/s3_root.h"

namespace docmill {
namespace {

// Amazon S3 User Guide, "Naming Amazon S3 objects".
constexpr std::size_t key_size_bytes_max = 1024;
// No object is as long; an end beyond it may not fit the numbers of those who read the header.
constexpr std::uint64_t object_size_bytes_max = std::uint64_t{1} << 50U;

ObjectMetadata with_names(const ObjectMetadata& metadata, char replaced, char replacement) {
  ObjectMetadata renamed;
  for (const auto& [name, value] : metadata) {
    std::string other = name;
    std::ranges::replace(other, replaced, replacement);
    renamed.emplace(std::move(other), value);
  }
  return renamed;
}

/// A part of an object, in memory.
class TextSink final : public net::BodySink {
 public:
  explicit TextSink(std::uint64_t length_max) : length_max_(length_max) {}

  Result<void> begin(const net::ResponseHead& head) override {
    text.clear();
    if (head.status == 206) return {};
    return fail(ErrorKind::unavailable, "answer of S3", "a part was asked for, and the whole object is sent");
  }
  Result<void> write(std::span<const std::byte> bytes) override {
    if (text.size() + bytes.size() > length_max_)
      return fail(ErrorKind::unavailable, "answer of S3", "more bytes than were asked for");
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }

  std::string text;

 private:
  std::uint64_t length_max_;
};

class S3Store final : public ObjectStore {
 public:
  explicit S3Store(std::shared_ptr<const S3Root> root) : root_(std::move(root)) {}

  std::string uri(std::string_view key) const override { return root_->uri(key); }
  Result<std::unique_ptr<Listing>> list(const ListOptions& options) override { return make_s3_listing(root_, options); }
  Result<std::optional<ObjectInfo>> head(std::string_view key) override;
  Result<Object> get(std::string_view key, std::uint64_t size_bytes_max, Room* room) override {
    return read_s3_object(*root_, key, size_bytes_max, room);
  }
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) override;
  Result<std::unique_ptr<ObjectWriter>> create(std::string_view key) override { return make_s3_writer(root_, key); }
  Result<void> remove(std::string_view key) override;
  Result<bool> remove_if(std::string_view key, std::string_view etag) override;
  /// "Objects created by PUT and encrypted by SSE-S3 or plaintext have ETags that are an MD5 digest of their data"
  /// (Amazon S3 API Reference, Object). Those of other objects are no such digest, so they never fit.
  bool is_known_to_hold(const ObjectInfo& listed, const Blob& bytes) override {
    return listed.size_bytes == bytes.size_bytes() && listed.etag == md5_hex(bytes);
  }
  Result<void> try_abort(std::string_view key) override;
  Result<void> remove_leftovers(WallTime begun_before,
                                const std::function<bool(std::string_view key)>& is_own) override;
  std::uint64_t leftovers_removed() const override { return root_->uploads_removed; }
  Result<bool> ends_leftovers() override {
    return root_->s3.ends_uploads({.bucket = root_->bucket, .key = root_->prefix});
  }

 private:
  std::shared_ptr<const S3Root> root_;
};

Result<std::optional<ObjectInfo>> S3Store::head(std::string_view key) {
  const auto name = root_->name_of(key);
  if (!name) return std::unexpected(name.error());
  const auto head = root_->s3.head(*name);
  if (!head) return std::unexpected(head.error());
  if (!*head) return std::nullopt;
  return info_of(key, **head);
}

Result<std::string> S3Store::read_range(std::string_view key, std::uint64_t offset, std::uint64_t length) {
  const auto name = root_->name_of(key);
  if (!name) return std::unexpected(name.error());
  offset = std::min(offset, object_size_bytes_max);
  length = std::min(length, object_size_bytes_max);
  if (length == 0) return std::string();
  TextSink sink(length);
  const auto got = root_->s3.get(*name, {.range = aws::ByteRange{.offset = offset, .length = length}}, sink);
  if (!got) return std::unexpected(got.error());
  switch (*got) {
    case aws::Got::read:
      return std::move(sink.text);
    case aws::Got::past_its_end:
      return std::string();
    case aws::Got::absent:
    case aws::Got::changed:  // nothing was asked that could have changed
      break;
  }
  return fail(ErrorKind::source_gone, uri(key), "there is no such object");
}

Result<void> S3Store::remove(std::string_view key) {
  const auto name = root_->name_of(key);
  if (!name) return std::unexpected(name.error());
  return root_->s3.remove(*name);
}

Result<void> S3Store::remove_leftovers(WallTime begun_before, const std::function<bool(std::string_view key)>& is_own) {
  return remove_s3_uploads(*root_, {.bucket = root_->bucket, .key = root_->prefix},
                           [&](const aws::ListedUpload& upload) {
                             return upload.begun_at < begun_before && upload.key.starts_with(root_->prefix) &&
                                    is_own(std::string_view(upload.key).substr(root_->prefix.size()));
                           });
}

Result<bool> S3Store::remove_if(std::string_view key, std::string_view etag) {
  const auto name = root_->name_of(key);
  if (!name) return std::unexpected(name.error());
  // Some servers remove without a look at the condition.
  const auto info = head(key);
  if (!info) return std::unexpected(info.error());
  if (!*info || (*info)->etag != etag) return false;
  return root_->s3.remove_if(*name, etag);
}

Result<void> S3Store::try_abort(std::string_view key) {
  const auto name = root_->name_of(key);
  if (!name) return std::unexpected(name.error());
  return root_->s3.abort_upload(*name, "no-such-upload");
}

}  // namespace

std::string S3Root::uri(std::string_view key) const {
  const std::string start = bucket.empty() ? "s3://" : fmt::format("s3://{}/", bucket);
  return start + percent_encoded(prefix) + percent_encoded(key);
}

Result<aws::ObjectName> S3Root::name_of(std::string_view key) const {
  aws::ObjectName name{.bucket = bucket, .key = prefix + std::string(key)};
  if (bucket.empty()) {
    const std::size_t slash = std::min(key.find('/'), key.size());
    name = {.bucket = std::string(key.substr(0, slash)),
            .key = std::string(key.substr(std::min(slash + 1, key.size())))};
  }
  if (key.empty() || name.bucket.empty() || name.key.empty())
    return fail(ErrorKind::invalid_input, uri(key), "a key is empty");
  if (name.key.size() > key_size_bytes_max)
    return fail(ErrorKind::invalid_input, uri(key),
                fmt::format("a key of {} bytes; S3 takes up to {}", name.key.size(), key_size_bytes_max));
  return name;
}

ObjectMetadata metadata_for_s3(const ObjectMetadata& metadata) { return with_names(metadata, '_', '-'); }

ObjectInfo info_of(std::string_view key, const aws::ObjectHead& head) {
  return {.key = std::string(key),
          .size_bytes = head.size_bytes,
          .etag = head.etag,
          .modified_at = head.modified_at,
          .metadata = with_names(head.metadata, '-', '_')};
}

Result<std::unique_ptr<ObjectStore>> open_s3_store(aws::S3& s3, const Place& place, const S3StoreSettings& settings) {
  if (place.is_folder() || place.empty())
    return fail(ErrorKind::invalid_input, place.uri(), "expected s3://BUCKET/PREFIX");
  return std::make_unique<S3Store>(
      std::shared_ptr<S3Root>(new S3Root{.s3 = s3,
                                         .bucket = place.bucket,
                                         .prefix = place.prefix,
                                         .list_page_objects_max = settings.list_page_objects_max}));
}

std::unique_ptr<ObjectStore> open_any_bucket_store(aws::S3& s3) {
  return std::make_unique<S3Store>(std::shared_ptr<S3Root>(new S3Root{
      .s3 = s3, .bucket = {}, .prefix = {}, .list_page_objects_max = S3StoreSettings{}.list_page_objects_max}));
}

}  // namespace docmill
