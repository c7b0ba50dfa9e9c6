#include "net/request_stream.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace docmill::net {
namespace {

struct Stream {
  aws_input_stream base{};
  std::uint64_t size_bytes = 0;
  std::uint64_t offset = 0;
  ReadBody read;
};

Stream& of(aws_input_stream* stream) { return *static_cast<Stream*>(stream->impl); }

int seek(aws_input_stream* stream, int64_t offset, aws_stream_seek_basis basis) {
  Stream& self = of(stream);
  const std::int64_t target = basis == AWS_SSB_BEGIN ? offset : static_cast<std::int64_t>(self.size_bytes) + offset;
  if (target < 0 || std::cmp_greater(target, self.size_bytes))
    return aws_raise_error(AWS_IO_STREAM_INVALID_SEEK_POSITION);
  self.offset = static_cast<std::uint64_t>(target);
  return AWS_OP_SUCCESS;
}

int read(aws_input_stream* stream, aws_byte_buf* to) {
  Stream& self = of(stream);
  const auto wanted = std::min<std::uint64_t>(to->capacity - to->len, self.size_bytes - self.offset);
  const auto got = self.read(self.offset, reinterpret_cast<char*>(to->buffer + to->len), wanted);
  if (got < wanted) return aws_raise_error(AWS_IO_STREAM_READ_FAILED);
  to->len += got;
  self.offset += got;
  return AWS_OP_SUCCESS;
}

int status(aws_input_stream* stream, aws_stream_status* status) {
  status->is_valid = true;
  status->is_end_of_stream = of(stream).offset == of(stream).size_bytes;
  return AWS_OP_SUCCESS;
}

int length(aws_input_stream* stream, int64_t* length) {
  *length = static_cast<std::int64_t>(of(stream).size_bytes);
  return AWS_OP_SUCCESS;
}

constexpr aws_input_stream_vtable vtable{
    .seek = seek, .read = read, .get_status = status, .get_length = length, .acquire = nullptr, .release = nullptr};

std::size_t read_file(const FileRange& range, std::uint64_t offset, char* to, std::size_t size_bytes) {
  std::size_t got = 0;
  while (got < size_bytes) {
    const auto n = pread(range.fd, to + got, size_bytes - got, static_cast<off_t>(range.offset + offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

}  // namespace

aws_input_stream* make_request_stream(std::uint64_t size_bytes, ReadBody read_body_part) {
  auto* stream = new Stream{.size_bytes = size_bytes, .read = std::move(read_body_part)};
  stream->base.impl = stream;
  stream->base.vtable = &vtable;
  aws_ref_count_init(&stream->base.ref_count, stream, [](void* self) { delete static_cast<Stream*>(self); });
  return &stream->base;
}

std::size_t read_body(const RequestBody& body, std::uint64_t offset, char* to, std::size_t size_bytes) {
  if (const auto* range = std::get_if<FileRange>(&body)) return read_file(*range, offset, to, size_bytes);
  return std::get<std::string_view>(body).copy(to, size_bytes, offset);
}

}  // namespace docmill::net
