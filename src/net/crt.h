// Between the AWS Common Runtime's C types and ours.
#pragma once

#include <aws/common/byte_buf.h>
#include <aws/common/error.h>

#include <memory>
#include <string>
#include <string_view>

namespace docmill::net {

/// A borrowed view, as the runtime takes it.
inline aws_byte_cursor cursor(std::string_view text) { return aws_byte_cursor_from_array(text.data(), text.size()); }

inline std::string_view view(const aws_byte_cursor& bytes) {
  return {reinterpret_cast<const char*>(bytes.ptr), bytes.len};
}

inline std::string crt_error(int code) { return aws_error_str(code); }

/// The calling thread's last error, for people: "socket is closed".
inline std::string last_crt_error() { return crt_error(aws_last_error()); }

/// Releases one of the runtime's objects: Handle<aws_http_message, aws_http_message_release>.
template <typename T, auto release>
struct Release {
  void operator()(T* object) const { release(object); }
};
template <typename T, auto release>
using Handle = std::unique_ptr<T, Release<T, release>>;

}  // namespace docmill::net
