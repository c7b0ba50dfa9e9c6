#include "service/status_server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "unit/service/raw_client.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view healthz = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

class StatusServerTest : public ::testing::Test {
 protected:
  StatusServerTest() {
    settings.listen = {.host = "127.0.0.1", .port = 0};
    metrics.counter({.name = "a_total", .help = "A."}).add(7);
  }

  void start() {
    auto started = StatusServer::start(settings, metrics, [this] {
      const std::lock_guard lock(mutex);
      return health;
    });
    ASSERT_TRUE(started) << started.error().text();
    server = *std::move(started);
  }
  void set(const Health& now) {
    const std::lock_guard lock(mutex);
    health = now;
  }

  /// One request on a connection of its own.
  std::string ask(std::string_view request) { return RawClient(server->port()).ask(request); }
  std::string get(std::string_view target, std::string_view host = "localhost") {
    return ask(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host));
  }

  StatusServerSettings settings;
  Metrics metrics;
  std::mutex mutex;
  Health health;
  std::unique_ptr<StatusServer> server;
};

TEST_F(StatusServerTest, TellsHealthAndReadiness) {
  start();
  EXPECT_THAT(get("/healthz"), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(get("/readyz"), StartsWith("HTTP/1.1 200 "));
  set({.alive = true, .ready = false, .reason = "told to stop"});
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("/readyz"), AllOf(StartsWith("HTTP/1.1 503 "), EndsWith("\r\n\r\ntold to stop\n")));
  set({.alive = false, .ready = false, .reason = "no progress for 900 s"});
  EXPECT_THAT(get("/healthz"), AllOf(StartsWith("HTTP/1.1 503 "), EndsWith("no progress for 900 s\n")));
}

TEST_F(StatusServerTest, TellsMetrics) {
  start();
  const std::string answer = get("/metrics");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Type: text/plain; version=0.0.4;"),
                            EndsWith("\na_total 7\n")));
}

TEST_F(StatusServerTest, TellsMetricsOfThisMachineOnlyUnderItsNames) {
  start();
  for (const char* const host : {"localhost", "localhost:9090", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:9090"})
    EXPECT_THAT(get("/metrics", host), StartsWith("HTTP/1.1 200 ")) << host;
  for (const char* const host : {"evil.example", "evil.example:9090", "localhost.evil.example", "[::1].evil", ""})
    EXPECT_THAT(get("/metrics", host), StartsWith("HTTP/1.1 421 ")) << host;
  EXPECT_THAT(get("/healthz", "10.0.0.7:9090"), StartsWith("HTTP/1.1 200 ")) << "a load balancer's name for it";
}

TEST_F(StatusServerTest, AHeadHasTheHeaderOfItsGet) {
  start();
  RawClient client(server->port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.receive_all(),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Length: 3\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(StatusServerTest, OtherPathsAndMethodsAreRefused) {
  start();
  for (const char* const path : {"/", "/health", "/metrics/", "//metrics", "/../metrics", "*", "http://x/healthz"})
    EXPECT_THAT(get(path), StartsWith("HTTP/1.1 404 ")) << path;
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
    EXPECT_THAT(ask(fmt::format("{} /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", method)),
                AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("\r\nAllow: GET, HEAD\r\n")))
        << method;
}

TEST_F(StatusServerTest, AConnectionIsKeptAndRequestsMayComeAtOnce) {
  start();
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(client.ask(healthz), StartsWith("HTTP/1.1 200 "));
  client.send(std::string(healthz) + "GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.receive_all(),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\nok\nHTTP/1.1 404 "), HasSubstr("Connection: close\r\n")));
  EXPECT_TRUE(client.closed());
}

TEST_F(StatusServerTest, AnOldClientIsAnsweredAndClosed) {
  start();
  RawClient client(server->port());
  client.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close\r\n")));
  EXPECT_TRUE(client.closed());
}

// What a proxy before us might read otherwise than we do (RFC 9112, section 11.2): one answer, and the end.
TEST_F(StatusServerTest, WhatCouldBeReadInTwoWaysIsRefusedAndTheConnectionClosed) {
  start();
  const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string line = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
  const std::string requests[] = {
      line + "Content-Length: 45\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      line + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
      line + "Content-Length: 0\r\nContent-Length: 45\r\n\r\n",
      line + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
      line + "Content-Length: 0, 45\r\n\r\n",
      line + "Content-Length: +0\r\n\r\n",
      line + "Content-Length: -1\r\n\r\n",
      line + "Content-Length: 99999999999999999999\r\n\r\n",
      line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
      line + "Transfer-Encoding : chunked\r\n\r\n",
      line + "X: a\r\n b\r\n\r\n",
      line + "X: a\r\n\tb\r\n\r\n",
      line + "Host: y\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET /healthz HTTP/1.1\nHost: x\n\n",
      "GET /healthz HTTP/1.1\r\nHost: x\n\r\n",
      line + "X: a\nContent-Length: 45\r\n\r\n",
      line + "X: a\rContent-Length: 45\r\n\r\n",
      line + std::string("X: a\0b\r\n\r\n", 10),
      line + "no colon\r\n\r\n",
      line + ": no name\r\n\r\n",
      line + "X\xff: a\r\n\r\n",
      "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /healthz\r\nHost: x\r\n\r\n",
      "GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET /heal\tthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\r\n",
  };
  for (const std::string& request : requests) {
    RawClient client(server->port());
    client.send(request + smuggled);
    const std::string answer = client.receive_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << request;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "two answers: " << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(client.closed()) << request;
  }
}

TEST_F(StatusServerTest, ABodyIsRefusedUnread) {
  start();
  for (const char* const header : {"Content-Length: 5", "Content-Length: 5368709120", "Transfer-Encoding: chunked"}) {
    RawClient client(server->port());
    client.send(fmt::format("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n\r\nhello", header));
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 413 ")) << header;
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(StatusServerTest, AHeaderThatIsTooLongIsRefusedBeforeItsEnd) {
  start();
  RawClient client(server->port());
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX: ");
  // Until it is closed on us: nobody keeps reading.
  const std::string piece(64 * 1024, 'x');
  for (int i = 0; i < 1'000 && client.send(piece); ++i) {
  }
  EXPECT_THAT(client.receive_all(), testing::AnyOf(StartsWith("HTTP/1.1 431 "), ""));
  EXPECT_TRUE(client.closed());

  RawClient just(server->port());
  just.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + std::string(settings.header_size_bytes_max, 'x') + "\r\n\r\n");
  EXPECT_THAT(just.receive_all(), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + std::string(settings.header_size_bytes_max - 100, 'x') +
                  "\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(StatusServerTest, WhoSendsARequestByTheByteIsClosedInTime) {
  settings.header_timeout = 200ms;
  start();
  RawClient slow(server->port());
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'x');
  std::size_t sent = 0;
  while (sent < request.size() && slow.send(std::string_view(request).substr(sent, 1))) {
    ++sent;
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_LT(sent, request.size()) << "its bytes kept it alive";
  EXPECT_EQ(slow.receive_all(), "");
}

TEST_F(StatusServerTest, AConnectionWithoutARequestIsClosedInTime) {
  settings.header_timeout = settings.idle_timeout = 100ms;
  start();
  RawClient silent(server->port());
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_TRUE(silent.closed());
  RawClient kept(server->port());
  EXPECT_THAT(kept.ask(healthz), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(kept.receive_all(), "");
  EXPECT_TRUE(kept.closed());
}

TEST_F(StatusServerTest, AThousandConnectionsKeepNobodyOut) {
  start();
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8'192);
  ::setrlimit(RLIMIT_NOFILE, &files);
  std::vector<RawClient> crowd;
  for (int i = 0; i < 1'000; ++i) {
    crowd.emplace_back(server->port());
    ASSERT_TRUE(crowd.back().connected());
    if (i % 2 == 0) crowd.back().send("GET /healthz HTTP/1.1\r\nHo");
    if (i % 50 == 0) {
      EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200 ")) << "among " << i;
    }
  }
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("/metrics"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(StatusServerTest, EndsWhileClientsWait) {
  start();
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(server->port());
    clients.back().send("GET /healthz HTTP/1.1\r\n");
  }
  server.reset();
  for (RawClient& client : clients) {
    EXPECT_EQ(client.receive_all(), "");
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(StatusServerTest, SaysWhyItCannotListen) {
  start();
  settings.listen.port = server->port();
  const auto second = StatusServer::start(settings, metrics, [] { return Health{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().text(), HasSubstr(fmt::format("127.0.0.1:{}", server->port())));
  settings.listen = {.host = "no-such-host.invalid", .port = 0};
  const auto nowhere = StatusServer::start(settings, metrics, [] { return Health{}; });
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::invalid_input);
}

TEST_F(StatusServerTest, ListensOnEveryAddressWhereNoneIsNamed) {
  settings.listen = {.host = "", .port = 0};
  start();
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("/metrics", "worker.example"), StartsWith("HTTP/1.1 200 "));
}

// Python's own client, which checks what it gets.
TEST_F(StatusServerTest, ARealClientReadsItsAnswers) {
  start();
  const std::string program = fmt::format(
      "import http.client\n"
      "c = http.client.HTTPConnection('127.0.0.1', {}, timeout=20)\n"
      "for method, path in [('GET', '/healthz'), ('HEAD', '/metrics'), ('GET', '/metrics'), ('GET', '/x'), "
      "('POST', '/readyz')]:\n"
      "    c.request(method, path)\n"
      "    r = c.getresponse()\n"
      "    print(r.status, r.reason, r.getheader('Content-Length'), len(r.read()), r.getheader('Date') is not None)\n",
      server->port());
  std::FILE* const pipe = ::popen(fmt::format("python3 -c \"{}\" 2>&1", program).c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string printed;
  char piece[512];
  while (std::fgets(piece, sizeof piece, pipe) != nullptr) printed += piece;
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_EQ(printed,
            "200 OK 3 3 True\n"
            "200 OK 51 0 True\n"
            "200 OK 51 51 True\n"
            "404 Not Found 37 37 True\n"
            "405 Method Not Allowed 12 12 True\n");
}

}  // namespace
}  // namespace docmill
