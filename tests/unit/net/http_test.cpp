#include "net/http.h"

#include <gtest/gtest.h>

#include "net/concurrency_limit.h"
#include "net/proxy.h"
#include "net/speed.h"
#include "unit/base/virtual_clock.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://Host.Example:8443/a//b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->endpoint, (Endpoint{.tls = true, .host = "host.example", .port = 8443}));
  EXPECT_EQ(url->target, "/a//b?c=d");
  EXPECT_EQ(parse_url("http://h")->target, "/");
  EXPECT_EQ(parse_url("http://h")->endpoint.port, 80);
  EXPECT_EQ(parse_url("https://h?x")->target, "/?x");
  EXPECT_EQ(parse_url("http://[::1]:9000/")->endpoint.host, "[::1]");
  EXPECT_EQ(parse_url("http://[::1]:9000/")->endpoint.port, 9000);
}

TEST(Url, OtherTextIsRefused) {
  for (const auto* text : {"", "host", "ftp://host/", "file:///etc/passwd", "https://", "https:///a", "http://a b/",
                           "http://user:pass@host/", "http://host:0/", "http://host:65536/", "http://host:x/",
                           "http://ho\nst/", "http://h\xc3\xb6st/", "http://ho%73t/", "http://:80/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::invalid_input) << text;
  }
}

TEST(Endpoint, NamesItsPortOnlyWhereItMust) {
  EXPECT_EQ((Endpoint{.tls = true, .host = "h", .port = 443}).authority(), "h");
  EXPECT_EQ((Endpoint{.tls = false, .host = "h", .port = 80}).authority(), "h");
  EXPECT_EQ((Endpoint{.tls = false, .host = "h", .port = 443}).authority(), "h:443");
}

TEST(ProxyFor, FollowsNoProxy) {
  ProxySettings settings;
  settings.for_https = Proxy{};
  settings.without = {"internal.example", ".corp.example", "10.0.0.1", "other.example:8443"};
  const auto direct = [&](const char* host, std::uint16_t port = 443) {
    return proxy_for(settings, {.tls = true, .host = host, .port = port}) == nullptr;
  };
  EXPECT_TRUE(direct("internal.example"));
  EXPECT_TRUE(direct("a.internal.example"));
  EXPECT_TRUE(direct("a.corp.example"));
  EXPECT_TRUE(direct("corp.example"));
  EXPECT_TRUE(direct("10.0.0.1"));
  EXPECT_TRUE(direct("other.example", 8443));
  EXPECT_FALSE(direct("other.example"));
  EXPECT_FALSE(direct("notinternal.example"));
  EXPECT_FALSE(direct("example"));
  EXPECT_TRUE(proxy_for(settings, {.tls = false, .host = "x", .port = 80}) == nullptr) << "no proxy for http";
  settings.without = {"*"};
  EXPECT_TRUE(direct("anything"));
}

TEST(ProxyFromEnvironment, ReadsUserAndPasswordAndKeepsThemToItself) {
  ::setenv("HTTPS_PROXY", "http://some%40one:p%2Fw@proxy.example:3128", 1);
  ::setenv("NO_PROXY", "a.example, b.example,,", 1);
  const auto settings = proxy_from_environment();
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->for_https->endpoint, (Endpoint{.tls = false, .host = "proxy.example", .port = 3128}));
  EXPECT_EQ(settings->for_https->user, "some@one");
  EXPECT_EQ(settings->for_https->password, "p/w");
  EXPECT_EQ(settings->without, (std::vector<std::string>{"a.example", "b.example"}));
  ::setenv("HTTPS_PROXY", "http://someone:CANARY/@:::", 1);
  const auto bad = proxy_from_environment();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(bad.error().text().find("CANARY"), std::string::npos);
  ::unsetenv("HTTPS_PROXY");
  ::unsetenv("NO_PROXY");
}

TEST(SpeedWatch, TellsATransferThatNearlyStopped) {
  SpeedWatch watch(1'000, 20s);
  const SpeedWatch::TimePoint start;
  EXPECT_FALSE(watch.too_slow(start, 0));
  EXPECT_FALSE(watch.too_slow(start + 19s, 19'000));
  EXPECT_TRUE(watch.too_slow(start + 20s, 19'999));
  EXPECT_FALSE(watch.too_slow(start + 20s, 20'000)) << "enough: a new stretch begins";
  EXPECT_FALSE(watch.too_slow(start + 39s, 20'000));
  EXPECT_TRUE(watch.too_slow(start + 40s, 39'999));
}

TEST(RetryAfter, IsANumberOfSeconds) {
  const auto asked = [](std::string value) {
    return ResponseHead{.status = 503, .headers = {{"Retry-After", std::move(value)}}}.retry_after();
  };
  EXPECT_EQ(asked("7"), 7s);
  for (const auto* value : {"", "-1", "7s", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999999999999"})
    EXPECT_EQ(asked(value), std::nullopt) << value;
  EXPECT_EQ(ResponseHead{.status = 503}.retry_after(), std::nullopt);
}

TEST(ConcurrencyLimit, FallsWhenThrottledAndRisesAgain) {
  VirtualClock clock;
  ConcurrencyLimit limit(10, clock);
  limit.throttled();
  EXPECT_EQ(limit.limit(), 7U);
  limit.throttled();
  EXPECT_EQ(limit.limit(), 7U) << "throttled together, lowered once";
  for (int i = 0; i < 20; ++i) {
    clock.sleep_for(1s);
    limit.throttled();
  }
  EXPECT_EQ(limit.limit(), 1U) << "never less than one";
  for (int i = 0; i < 60; ++i) limit.succeeded();
  EXPECT_EQ(limit.limit(), 10U) << "never more than it began with";
}

TEST(ConcurrencyLimit, HoldsCallersBackUntilOthersAreDone) {
  VirtualClock clock;
  ConcurrencyLimit limit(1, clock);
  ASSERT_TRUE(limit.acquire({}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(limit.acquire(stop.get_token()));
  limit.release();
  EXPECT_TRUE(limit.acquire({}));
}

}  // namespace
}  // namespace docmill::net
