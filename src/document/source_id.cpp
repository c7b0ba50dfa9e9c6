#include "document/source_id.h"

#include <fmt/format.h>

#include <iterator>

#include "base/digest.h"

namespace docmill {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view url_namespace = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8"sv;
constexpr std::size_t uuid_size_bytes = 16;

}  // namespace

std::string source_id_of(std::string_view source_uri) {
  std::string bytes = sha1(std::string(url_namespace).append(source_uri)).substr(0, uuid_size_bytes);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x50U);  // version 5
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);  // the variant of RFC 9562
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return text;
}

}  // namespace docmill
