#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "document/limits.h"
#include "store/s3_root.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// One connection to S3 gives some 100 MB/s: below this size a second one costs more than it gains.
constexpr std::uint64_t whole_size_bytes_max = 16 * MiB;
constexpr std::uint64_t part_size_bytes = 8 * MiB;
constexpr std::size_t parts_on_their_way_max = 4;
constexpr int reads_max = 3;

std::unexpected<Error> wrong_answer(std::string message) {
  return fail(ErrorKind::unavailable, "answer of S3", std::move(message));
}

/// Takes bytes that begin at an offset of the blob, and no more than `length` of them.
class BlobSink : public net::BodySink {
 public:
  BlobSink(BlobBuilder& builder, std::uint64_t offset, std::uint64_t length)
      : builder_(builder), offset_(offset), length_(length) {}

  Result<void> begin(const net::ResponseHead& head) override {
    received_ = 0;
    const auto range = net::find(head.headers, "content-range");
    if (head.status == 206 && range && range->starts_with(fmt::format("bytes {}-", offset_))) return {};
    return wrong_answer(fmt::format("expected a part from byte {}, got status {} with {}", offset_, head.status,
                                    range.value_or("no Content-Range")));
  }
  Result<void> write(std::span<const std::byte> bytes) override {
    if (received_ + bytes.size() > length_) return wrong_answer("more bytes than were asked for");
    auto written = builder_.write_at(offset_ + received_, bytes);
    received_ += bytes.size();
    return written;
  }

  bool complete() const { return received_ == length_; }

 protected:
  void expect(std::uint64_t length) {
    received_ = 0;
    length_ = length;
  }

 private:
  BlobBuilder& builder_;
  std::uint64_t offset_;
  std::uint64_t length_;
  std::uint64_t received_ = 0;
};

/// The first answer: tells how large the object is, and whether its body is wanted.
class FirstSink final : public BlobSink {
 public:
  enum class Verdict : std::uint8_t { whole, in_parts, too_large };

  FirstSink(BlobBuilder& builder, std::uint64_t size_bytes_max, Room* room)
      : BlobSink(builder, 0, 0), builder_(builder), size_bytes_max_(size_bytes_max), room_(room) {}

  Result<void> begin(const net::ResponseHead& head) override {
    auto said = aws::object_head_from(head.headers);
    if (!said) return std::unexpected(std::move(said).error());
    head_ = std::move(*said);
    verdict_ = verdict_of(head_.size_bytes);
    if (auto resized = builder_.resize(verdict_ == Verdict::too_large ? 0 : head_.size_bytes); !resized) return resized;
    if (verdict_ != Verdict::whole) return fail(ErrorKind::limit_bytes, "", "the body is not wanted");
    expect(head_.size_bytes);
    return {};
  }

  /// Nothing before a first answer came.
  std::optional<Verdict> verdict() const { return verdict_; }
  const aws::ObjectHead& head() const { return head_; }

 private:
  Verdict verdict_of(std::uint64_t size_bytes) {
    if (size_bytes > size_bytes_max_) return Verdict::too_large;
    if (size_bytes > whole_size_bytes_max) return Verdict::in_parts;
    // The network's thread cannot wait for room; whoever reads the parts does.
    return room_ == nullptr || room_->try_ask(size_bytes) ? Verdict::whole : Verdict::in_parts;
  }

  BlobBuilder& builder_;
  std::uint64_t size_bytes_max_;
  Room* room_;
  aws::ObjectHead head_;
  std::optional<Verdict> verdict_;
};

/// One read of one object.
class S3Read {
 public:
  S3Read(const S3Root& root, std::string_view key, aws::ObjectName name)
      : root_(root), key_(key), name_(std::move(name)) {}

  /// The object, and whether it is what its checksum says.
  struct Checked {
    Object object;
    bool right = true;
  };
  Result<Checked> once(std::uint64_t size_bytes_max, Room* room);

 private:
  Result<void> read_parts(const aws::ObjectHead& head, BlobBuilder& builder);
  Result<void> outcome(Result<aws::Got> got, const BlobSink& sink, std::string_view etag);

  std::unexpected<Error> failed(ErrorKind kind, std::string message) const {
    return fail(kind, root_.uri(key_), std::move(message));
  }

  const S3Root& root_;
  std::string_view key_;
  aws::ObjectName name_;
};

Result<void> S3Read::outcome(Result<aws::Got> got, const BlobSink& sink, std::string_view etag) {
  if (!got) return std::unexpected(std::move(got).error());
  switch (*got) {
    case aws::Got::read:
      if (!sink.complete()) return failed(ErrorKind::unavailable, "fewer bytes than S3 said there would be");
      return {};
    case aws::Got::absent:
      return failed(ErrorKind::source_gone, "there is no such object");
    case aws::Got::changed:
    case aws::Got::past_its_end:
      break;
  }
  return failed(ErrorKind::source_changed, fmt::format("changed while it was read: it was version {}", etag));
}

Result<void> S3Read::read_parts(const aws::ObjectHead& head, BlobBuilder& builder) {
  struct Part {
    BlobSink sink;
    aws::Pending<aws::Got> pending;  // goes first: it writes into the sink
    Part(S3Read& read, const aws::ObjectHead& whole, BlobBuilder& blob, const aws::ByteRange& range)
        : sink(blob, range.offset, range.length),
          pending(read.root_.s3.submit_get(read.name_, {.range = range, .if_etag = whole.etag}, sink)) {}
  };
  std::deque<Part> parts;  // the oldest first; its elements do not move
  for (std::uint64_t offset = 0; offset < head.size_bytes || !parts.empty();) {
    if (offset < head.size_bytes && parts.size() < parts_on_their_way_max) {
      const aws::ByteRange range{.offset = offset, .length = std::min(part_size_bytes, head.size_bytes - offset)};
      parts.emplace_back(*this, head, builder, range);
      offset += range.length;
      continue;
    }
    auto got = outcome(parts.front().pending.wait(), parts.front().sink, head.etag);
    if (!got) return got;
    parts.pop_front();
  }
  return {};
}

aws::Checksum checksum_of(aws::ChecksumKind kind, const Blob& blob) {
  aws::ChecksumBuilder checksum(kind);
  blob.visit_pieces([&](std::span<const std::byte> piece) { checksum.update(piece); });
  return checksum.finish();
}

Result<S3Read::Checked> S3Read::once(std::uint64_t size_bytes_max, Room* room) {
  BlobBuilder builder;
  FirstSink first(builder, size_bytes_max, room);
  auto got = root_.s3.get(name_, {}, first);
  const auto verdict = first.verdict().value_or(FirstSink::Verdict::whole);
  Result<void> read;
  switch (verdict) {
    case FirstSink::Verdict::too_large:
      return failed(ErrorKind::limit_bytes,
                    fmt::format("{} bytes, the limit is {}", first.head().size_bytes, size_bytes_max));
    case FirstSink::Verdict::in_parts:
      if (room != nullptr) room->ask(first.head().size_bytes);
      read = read_parts(first.head(), builder);
      break;
    case FirstSink::Verdict::whole:
      read = outcome(std::move(got), first, "");
      break;
  }
  if (!read) return std::unexpected(std::move(read).error());
  auto blob = std::move(builder).seal();
  if (!blob) return std::unexpected(std::move(blob).error().within(root_.uri(key_)));
  const auto& checksum = first.head().checksum;
  const bool right = !checksum || checksum_of(checksum->kind, *blob) == *checksum;
  return Checked{.object = {.info = info_of(key_, first.head()), .blob = std::move(*blob)}, .right = right};
}

}  // namespace

Result<Object> read_s3_object(const S3Root& root, std::string_view key, std::uint64_t size_bytes_max, Room* room) {
  auto name = root.name_of(key);
  if (!name) return std::unexpected(std::move(name).error());
  S3Read read(root, key, std::move(*name));
  for (int tries = 1; tries <= reads_max; ++tries) {
    auto checked = read.once(size_bytes_max, room);
    if (!checked) return std::unexpected(std::move(checked).error());
    if (checked->right) return std::move(checked->object);
    log::warning("checksum_mismatch", {{"object", root.uri(key)}, {"read", tries}});
  }
  return fail(ErrorKind::unavailable, root.uri(key),
              fmt::format("read {} times, and never what its checksum says", reads_max));
}

}  // namespace docmill
