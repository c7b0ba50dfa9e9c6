#include "extract/reading.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace docmill::extract {

std::uint32_t count_non_white(std::string_view utf8) {
  std::uint32_t count = 0;
  const char* bytes = utf8.data();
  const auto length = static_cast<std::int64_t>(utf8.size());
  for (std::int64_t at = 0; at < length;) {
    UChar32 code_point = 0;
    U8_NEXT(bytes, at, length, code_point);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    if (u_isUWhiteSpace(code_point) == 0) ++count;
  }
  return count;
}

}  // namespace docmill::extract
