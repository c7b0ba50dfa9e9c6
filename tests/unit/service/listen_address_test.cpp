#include "service/listen_address.h"

#include <gtest/gtest.h>

namespace docmill {
namespace {

TEST(ListenAddress, IsHostAndPort) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:9090"), (ListenAddress{.host = "127.0.0.1", .port = 9090}));
  EXPECT_EQ(parse_listen_address("localhost:1"), (ListenAddress{.host = "localhost", .port = 1}));
  EXPECT_EQ(parse_listen_address("[::1]:65535"), (ListenAddress{.host = "::1", .port = 65535}));
  EXPECT_EQ(parse_listen_address(":80"), (ListenAddress{.host = "", .port = 80}));
}

TEST(ListenAddress, IsShownAsItIsWritten) {
  for (const char* const text : {"127.0.0.1:9090", "[::1]:9090", ":80", "worker-1.example:8080"})
    EXPECT_EQ(parse_listen_address(text)->text(), text);
}

TEST(ListenAddress, AnythingElseIsRefusedWithWhatWasExpected) {
  for (const char* const text :
       {"", "9090", "localhost", "localhost:", "localhost:x", "localhost:65536", "localhost:-1", "::1:80", "[::1]",
        "[]:80", "[localhost]:80", "http://x:80", "a b:80", "x:80/"}) {
    const auto parsed = parse_listen_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().find("HOST:PORT"), std::string::npos);
  }
}

}  // namespace
}  // namespace docmill
