#include "net/http_client.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "unit/net/raw_server.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<HttpClient> make_client(HttpClientSettings settings = {}) {
  auto client = HttpClient::create(std::move(settings));
  EXPECT_TRUE(client) << client.error().text();
  return *std::move(client);
}

bool echo(const ServerConnection& connection, const ReceivedRequest& request) {
  connection.reply(200, request.body, "X-Line: " + request.line + "\r\n");
  return true;
}

Error error_of(const RawServer& server, Request request = {}) {
  const auto client = make_client({.low_speed_bytes_per_second = 1'000, .low_speed_time = 1s});
  request.endpoint = server.endpoint();
  const auto response = client->send(request);
  EXPECT_FALSE(response);
  return response ? Error{} : response.error();
}

TEST(HttpClient, GivesStatusHeadersAndBody) {
  RawServer server([](const auto& connection, const auto&) {
    connection.reply(404, "none here", "X-One: 1\r\nx-two: 2\r\n");
    return true;
  });
  const auto client = make_client();
  const auto response = client->send({.endpoint = server.endpoint(), .target = "/a%2Fb?x"});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->head.status, 404);
  EXPECT_EQ(find(response->head.headers, "x-one"), "1");
  EXPECT_EQ(find(response->head.headers, "X-Two"), "2");
  EXPECT_EQ(response->body, "none here");
  EXPECT_EQ(server.requests().front().line, "GET /a%2Fb?x HTTP/1.1");
  EXPECT_EQ(server.requests().front().header("host"), server.endpoint().authority());
}

TEST(HttpClient, KeepsItsConnections) {
  RawServer server(echo);
  const auto client = make_client();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->send({.endpoint = server.endpoint()}));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, SendsABodyFromMemoryAndFromPartOfAFile) {
  RawServer server(echo);
  const auto client = make_client();
  std::string bytes(300'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  const auto from_memory =
      client->send({.method = "PUT", .endpoint = server.endpoint(), .body = std::string_view(bytes)});
  ASSERT_TRUE(from_memory) << from_memory.error().text();
  EXPECT_EQ(from_memory->body, bytes);

  const FileDescriptor file(memfd_create("body", 0));
  ASSERT_EQ(write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  const FileRange range{.fd = file.get(), .offset = 1'000, .length = 250'000};
  const auto from_file = client->send({.method = "PUT", .endpoint = server.endpoint(), .body = range});
  ASSERT_TRUE(from_file) << from_file.error().text();
  EXPECT_EQ(from_file->body, bytes.substr(1'000, 250'000));
  EXPECT_EQ(server.requests().back().header("content-length"), "250000");

  const FileRange past_the_end{.fd = file.get(), .offset = 200'000, .length = 200'000};
  const auto cut = client->send({.method = "PUT", .endpoint = server.endpoint(), .body = past_the_end});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
}

TEST(HttpClient, AnEmptyPutHasALength) {
  RawServer server(echo);
  ASSERT_TRUE(make_client()->send({.method = "PUT", .endpoint = server.endpoint()}));
  EXPECT_EQ(server.requests().front().header("content-length"), "0");
}

TEST(HttpClient, ABodyThatEndsEarlyIsAnErrorWhereverItIsCut) {
  const std::string body(1'600, 'x');
  for (std::size_t cut = 0; cut < body.size(); cut += body.size() / 16) {
    RawServer server([&](const auto& connection, const auto&) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1600\r\n\r\n" + body.substr(0, cut));
      return false;
    });
    EXPECT_EQ(error_of(server).kind, ErrorKind::unavailable) << cut;
  }
}

TEST(HttpClient, AnAnswerWithoutHeadersHasItsStatus) {
  RawServer server([](const auto& connection, const auto&) {
    connection.send("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    return false;
  });
  const auto client = make_client();
  const auto response = client->send({.method = "HEAD", .endpoint = server.endpoint()});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->head.status, 503);
}

TEST(HttpClient, AResetIsAnError) {
  RawServer server([](const auto& connection, const auto&) {
    connection.reset();
    return false;
  });
  EXPECT_EQ(error_of(server).kind, ErrorKind::unavailable);
}

TEST(HttpClient, NobodyListeningIsAnError) {
  Endpoint gone;
  {
    RawServer server(echo);
    gone = server.endpoint();
  }
  const auto response = make_client()->send({.endpoint = gone});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(response.error().subject, gone.url());
}

TEST(HttpClient, ATransferThatDripsIsGivenUp) {
  RawServer server([](const auto& connection, const auto&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (!connection.stopped()) {
      connection.send("drip");
      std::this_thread::sleep_for(20ms);
    }
    return false;
  });
  const auto error = error_of(server);
  EXPECT_EQ(error.kind, ErrorKind::timed_out);
  EXPECT_NE(error.message.find("too slow"), std::string::npos) << error.message;
}

bool say_nothing(const ServerConnection& connection, const ReceivedRequest&) {
  connection.hang();
  return false;
}

TEST(HttpClient, SilenceEndsWithTheAnswerTimeoutOrTheDeadline) {
  RawServer server(say_nothing);
  const auto silent = error_of(server, {.answer_timeout = 200ms});
  EXPECT_EQ(silent.kind, ErrorKind::timed_out);
  EXPECT_EQ(silent.message, "no answer within 0.2 s");
  const auto late = error_of(server, {.timeout = 200ms});
  EXPECT_EQ(late.kind, ErrorKind::timed_out);
  EXPECT_EQ(late.message, "not done within 0.2 s");
}

TEST(HttpClient, StopsWhenItIsTold) {
  RawServer server(say_nothing);
  const auto client = make_client();
  std::stop_source stop;
  auto exchange = client->submit({.endpoint = server.endpoint(), .stop = stop.get_token()});
  stop.request_stop();
  const auto response = exchange.wait();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(response.error().message, "stopped");
}

TEST(HttpClient, ABodyLargerThanAllowedIsRefused) {
  RawServer whole([](const auto& connection, const auto&) {
    connection.reply(200, std::string(101, 'x'));
    return true;
  });
  EXPECT_EQ(error_of(whole, {.body_size_bytes_max = 100}).kind, ErrorKind::limit_output);
  RawServer chunked([](const auto& connection, const auto&) {
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 1'000; ++i) connection.send("40\r\n" + std::string(64, 'x') + "\r\n");
    connection.hang();
    return false;
  });
  EXPECT_EQ(error_of(chunked, {.body_size_bytes_max = 100}).kind, ErrorKind::limit_output);
}

TEST(HttpClient, HeadersWithoutEndAreRefused) {
  RawServer server([](const auto& connection, const auto&) {
    connection.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 2'000; ++i) connection.send("X-Filler: " + std::string(64, 'x') + "\r\n");
    connection.hang();
    return false;
  });
  EXPECT_EQ(error_of(server).kind, ErrorKind::limit_output);
}

struct Collector final : BodySink {
  Result<void> begin(const ResponseHead& head) override {
    if (head.content_length() > size_max) return fail(ErrorKind::limit_bytes, "collector", "too large");
    ++begun;
    bytes.clear();
    return {};
  }
  Result<void> write(std::span<const std::byte> more) override {
    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
    return {};
  }
  std::uint64_t size_max = 1'000'000;
  int begun = 0;
  std::string bytes;
};

TEST(HttpClient, ASinkTakesASuccessfulBodyAndNoOther) {
  RawServer server([](const auto& connection, const auto& request) {
    connection.reply(request.line.starts_with("GET /good") ? 200 : 500, std::string(500'000, 'b'));
    return true;
  });
  const auto client = make_client();
  Collector sink;
  const auto good =
      client->send({.endpoint = server.endpoint(), .target = "/good", .sink = &sink, .body_size_bytes_max = 0});
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(sink.bytes, std::string(500'000, 'b'));
  EXPECT_EQ(good->body, "");
  const auto bad = client->send({.endpoint = server.endpoint(), .target = "/bad", .sink = &sink});
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->body.size(), 500'000U);
  EXPECT_EQ(sink.begun, 1);
}

TEST(HttpClient, ASinkRefusesByItsOwnError) {
  RawServer server([](const auto& connection, const auto&) {
    connection.reply(200, std::string(2'000, 'x'));
    return true;
  });
  Collector sink;
  sink.size_max = 1'000;
  const auto error = error_of(server, {.sink = &sink});
  EXPECT_EQ(error.kind, ErrorKind::limit_bytes);
  EXPECT_EQ(error.subject, "collector");
}

TEST(HttpClient, OneThreadHasManyExchangesOnTheirWay) {
  std::atomic<int> waiting = 0;
  constexpr int count = 16;
  RawServer server([&](const auto& connection, const auto& request) {
    ++waiting;
    while (waiting < count && !connection.stopped()) std::this_thread::sleep_for(1ms);  // all of them at a time
    connection.reply(200, request.line);
    return true;
  });
  const auto client = make_client();
  std::vector<Exchange> exchanges;
  for (int i = 0; i < count; ++i)
    exchanges.push_back(client->submit({.endpoint = server.endpoint(), .target = "/" + std::to_string(i)}));
  for (int i = 0; i < count; ++i) {
    const auto response = exchanges[static_cast<std::size_t>(i)].wait();
    ASSERT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->body, "GET /" + std::to_string(i) + " HTTP/1.1");
  }
}

TEST(HttpClient, NothingLentIsTouchedAfterAnExchangeIsLetGo) {
  RawServer server([](const auto& connection, const auto&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    while (!connection.stopped()) connection.send(std::string(10'000, 'x'));
    return false;
  });
  const auto client = make_client();
  for (int i = 0; i < 20; ++i) {
    auto sink = std::make_unique<Collector>();
    auto exchange = client->submit({.endpoint = server.endpoint(), .sink = sink.get()});
    std::this_thread::sleep_for(std::chrono::milliseconds(i));
    {
      const Exchange gone = std::move(exchange);
    }
    sink.reset();  // AddressSanitizer would see a late write
  }
}

TEST(HttpClient, TheEndIsToldOnce) {
  RawServer server(echo);
  const auto client = make_client();
  std::atomic<int> ends = 0;
  ASSERT_TRUE(client->send({.endpoint = server.endpoint(), .on_end = [&] { ++ends; }}));
  EXPECT_EQ(ends, 1);
}

TEST(HttpClient, GoesThroughAProxy) {
  RawServer proxy(echo);
  HttpClientSettings settings;
  settings.proxy.for_http = Proxy{.endpoint = proxy.endpoint(), .user = "someone", .password = "secret"};
  settings.proxy.without = {"localhost"};
  const auto response =
      make_client(settings)->send({.endpoint = {.tls = false, .host = "example.test", .port = 80}, .target = "/x"});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(proxy.requests().front().line, "GET http://example.test:80/x HTTP/1.1");
  EXPECT_EQ(proxy.requests().front().header("proxy-authorization"), "Basic c29tZW9uZTpzZWNyZXQ=");
}

TEST(HttpClient, TlsThroughAProxyIsATunnel) {
  RawServer proxy([](const auto& connection, const auto&) {
    connection.reply(403, "");
    return false;
  });
  HttpClientSettings settings;
  settings.proxy.for_https = Proxy{.endpoint = proxy.endpoint()};
  const auto response = make_client(settings)->send({.endpoint = {.tls = true, .host = "example.test", .port = 443}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(proxy.requests().front().line, "CONNECT example.test:443 HTTP/1.1");
}

TEST(HttpClient, WhatDoesNotSpeakTlsIsRefused) {
  RawServer server(echo);
  auto endpoint = server.endpoint();
  endpoint.tls = true;
  const auto response = make_client({.connect_timeout = 500ms})->send({.endpoint = endpoint});
  ASSERT_FALSE(response);
}

TEST(HttpClient, ABundleOfCertificatesThatCannotBeReadIsRefused) {
  HttpClientSettings settings;
  settings.ca_bundle_path = "/nonexistent/bundle.pem";
  const auto client = HttpClient::create(settings);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(client.error().subject, "/nonexistent/bundle.pem");
}

}  // namespace
}  // namespace docmill::net
