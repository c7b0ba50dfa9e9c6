// The one caller, with a service that is none of AWS's: JSON over HTTP, a token, a few statuses.
#include "net/caller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "unit/base/virtual_clock.h"
#include "unit/net/raw_server.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// All that there is to say of a plain service.
class Reader final : public Service {
 public:
  Reader(Endpoint endpoint, std::string token) : endpoint_(std::move(endpoint)), token_(std::move(token)) {}

  ServiceTraits traits() const override { return {.name = "reader", .calls_in_flight_max = 2}; }

  Result<void> prepare(Request& request) override {
    request.endpoint = endpoint_;
    request.headers.push_back({"Authorization", "Bearer " + token_});
    return {};
  }

  std::optional<Refusal> judge(const Response& response) override {
    if (response.head.ok()) return std::nullopt;
    const int status = response.head.status;
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    const auto words = json.is_object() ? json.value(nlohmann::json::json_pointer("/error/message"), "") : "";
    if (status == 429) return Refusal{.status = status, .kind = ErrorKind::throttled, .message = words};
    if (status >= 500) return Refusal{.status = status, .kind = ErrorKind::unavailable, .message = words};
    if (status == 401)
      return Refusal{
          .status = status, .kind = ErrorKind::denied, .message = words, .advice = "check the token of the reader"};
    return Refusal{.status = status, .kind = ErrorKind::invalid_input, .message = words};
  }

  std::vector<std::string> secrets() const override { return {token_}; }

 private:
  Endpoint endpoint_;
  std::string token_;
};

constexpr char token[] = "CANARY-TOKEN-0123456789";

std::string error_body(const std::string& message) {
  return nlohmann::json{{"error", {{"message", message}, {"type", "t"}}}}.dump();
}

/// A scripted server: the n-th request (from 1) gets the n-th answer.
class NetCaller : public testing::Test {
 protected:
  using Script = std::function<void(const ServerConnection&, const ReceivedRequest&, int n)>;

  Caller& serve(Script script) {
    server_ =
        std::make_unique<RawServer>([this, script = std::move(script)](const auto& connection, const auto& request) {
          script(connection, request, ++n_);
          return true;
        });
    http_ = *HttpClient::create({});
    caller_ = std::make_unique<Caller>(*http_, clock, random);
    reader = std::make_shared<Reader>(server_->endpoint(), token);
    return *caller_;
  }
  RawServer& server() { return *server_; }
  OperationCount count() { return caller_->counts("reader")["Read"]; }

  static Call read() {
    return {.operation = "Read",
            .resource = "in/a.pdf: page 3",
            .request = {.method = "POST",
                        .target = "/v1/read",
                        .headers = {{"Content-Type", "application/json"}},
                        .body = R"({"page":3})"}};
  }

  VirtualClock clock;
  FixedRandom random{7};
  std::shared_ptr<Service> reader;

 private:
  std::atomic<int> n_ = 0;
  std::unique_ptr<RawServer> server_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<Caller> caller_;
};

TEST_F(NetCaller, SendsWhatTheServiceHasPrepared) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(200, R"({"text":"t"})", "X-Id: 5\r\n"); });
  const auto answer = caller.call(reader, read());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"text":"t"})");
  EXPECT_EQ(find(answer->headers, "x-id"), "5");
  EXPECT_EQ(answer->attempts, 1);
  const auto request = server().requests().at(0);
  EXPECT_EQ(request.line, "POST /v1/read HTTP/1.1");
  EXPECT_EQ(request.header("authorization"), std::string("Bearer ") + token);
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.body, R"({"page":3})");
}

TEST_F(NetCaller, RepeatsWhatIsThrottledAsLateAsTheServiceAsks) {
  auto& caller = serve([](const auto& c, const auto&, int n) {
    n == 1 ? c.reply(429, error_body("slow down"), "retry-after: 3\r\n") : c.reply(200, "{}");
  });
  const auto answer = caller.call(reader, read());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->attempts, 2);
  EXPECT_GE(clock.steady_now().time_since_epoch(), 3s);
  EXPECT_EQ(count().requests, 2U);
  EXPECT_EQ(count().retries, 1U);
  EXPECT_EQ(count().throttled, 1U);
  EXPECT_EQ(count().failures, 0U);
  const auto again = server().requests().at(1);
  EXPECT_EQ(again.header("authorization"), std::string("Bearer ") + token) << "prepared anew";
  EXPECT_EQ(again.body, R"({"page":3})");
}

TEST_F(NetCaller, DoesNotWaitForAServiceThatAsksForTooMuch) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(429, "", "retry-after: 21\r\n"); });
  const auto answer = caller.call(reader, read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::throttled);
  EXPECT_EQ(count().requests, 1U);
}

TEST_F(NetCaller, GivesUpAfterEightAttemptsWithTheWordsOfTheLast) {
  auto& caller = serve([](const auto& c, const auto&, int n) { c.reply(503, error_body(fmt::format("busy {}", n))); });
  const auto answer = caller.call(reader, read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(answer.error().subject, "in/a.pdf: page 3");
  EXPECT_EQ(answer.error().message, "Read: HTTP 503: busy 8");
  EXPECT_EQ(count().requests, 8U);
  EXPECT_EQ(count().failures, 1U);
}

TEST_F(NetCaller, RepeatsWhatNeverArrived) {
  auto& caller = serve([](const auto& c, const auto&, int n) {
    if (n > 1) return c.reply(200, "{}");
    c.reset();
    c.close();
  });
  const auto answer = caller.call(reader, read());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->attempts, 2);
}

TEST_F(NetCaller, DoesNotRepeatWhatCannotPassAndSaysWhatToDo) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(401, error_body("Invalid token.")); });
  const auto answer = caller.call(reader, read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_EQ(answer.error().message, "Read: HTTP 401: Invalid token; check the token of the reader");
  EXPECT_EQ(count().requests, 1U);
}

TEST_F(NetCaller, NoTokenComesOutOfAnError) {
  auto& caller = serve([](const auto& c, const auto& request, int) {
    c.reply(400, error_body("you sent " + request.header("authorization")));
  });
  const auto answer = caller.call(reader, read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "Read: HTTP 400: you sent Bearer ***");
}

// Words are cut; the first half of a token would be left.
TEST_F(NetCaller, NoPartOfATokenIsLeftWhereWordsAreCut) {
  int before = 0;
  auto& caller = serve([&](const auto& c, const auto&, int) {
    c.reply(400, error_body(std::string(static_cast<std::size_t>(before), 'x') + token));
  });
  for (before = 370; before <= 400; ++before) {
    const auto answer = caller.call(reader, read());
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().text(), Not(HasSubstr("CAN"))) << before;
    EXPECT_LT(answer.error().message.size(), 500U);
  }
}

/// A service whose own errors name what they must not.
class Careless final : public Service {
 public:
  ServiceTraits traits() const override { return {.name = "careless"}; }
  Result<void> prepare(Request&) override {
    return fail(ErrorKind::denied, std::string("token ") + token, std::string("refused ") + token);
  }
  std::optional<Refusal> judge(const Response&) override { return std::nullopt; }
  std::vector<std::string> secrets() const override { return {"", token}; }
};

TEST_F(NetCaller, NoTokenComesOutOfAnErrorOfTheServiceItself) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(200, ""); });
  const auto answer = caller.call(std::make_shared<Careless>(), read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_EQ(answer.error().subject, "token ***");
  EXPECT_EQ(answer.error().message, "refused ***");
  EXPECT_TRUE(server().requests().empty());
  EXPECT_EQ(caller.counts("careless").at("Read").failures, 1U);
}

TEST(ErrorOfARefusal, NamesAllThatThereIs) {
  const auto error = error_from({.status = 403,
                                 .kind = ErrorKind::denied,
                                 .scope = FaultScope::place,
                                 .code = "AccessDenied",
                                 .request_id = "4442",
                                 .message = "Access Denied.",
                                 .advice = "allow it"},
                                {.operation = "Read", .resource = "r"}, {});
  EXPECT_EQ(error.message, "Read: HTTP 403, AccessDenied, request 4442: Access Denied; allow it");
  EXPECT_EQ(error.subject, "r");
  EXPECT_EQ(error.scope, FaultScope::place);
  EXPECT_EQ(error_from({.status = 500}, {.operation = "Read"}, {}).message, "Read: HTTP 500");
}

TEST(ErrorOfARefusal, CutsBetweenCharacters) {
  std::string words(told_size_bytes_max - 1, 'x');
  const auto error = error_from({.status = 400, .message = words + "\xc3\xbc" + "x"}, {.operation = "Read"}, {});
  EXPECT_EQ(error.message, "Read: HTTP 400: " + words);
}

/// A service that says of every refusal that it has removed the cause.
class Mender final : public Service {
 public:
  explicit Mender(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}
  ServiceTraits traits() const override { return {.name = "mender"}; }
  Result<void> prepare(Request& request) override {
    request.endpoint = endpoint_;
    request.headers.push_back({"X-Mends", fmt::to_string(mends_)});
    return {};
  }
  std::optional<Refusal> judge(const Response& response) override {
    if (response.head.ok()) return std::nullopt;
    ++mends_;
    return Refusal{.status = response.head.status, .kind = ErrorKind::denied, .message = "stale", .mended = true};
  }
  std::vector<std::string> secrets() const override { return {}; }

 private:
  Endpoint endpoint_;
  int mends_ = 0;
};

TEST_F(NetCaller, RepeatsAtOnceWhatTheServiceHasMended) {
  auto& caller = serve([](const auto& c, const auto& request, int) {
    request.header("x-mends") == "1" ? c.reply(200, "") : c.reply(403, "");
  });
  const auto answer = caller.call(std::make_shared<Mender>(server().endpoint()), read());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->attempts, 2);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(NetCaller, NoServiceMendsForEver) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(403, ""); });
  const auto answer = caller.call(std::make_shared<Mender>(server().endpoint()), read());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "Read: HTTP 403: stale");
  EXPECT_EQ(server().requests().size(), 1U + mends_max);
}

// Three calls at once want to be answered together; the service takes two at a time.
TEST_F(NetCaller, AServiceGetsNoMoreCallsAtATimeThanItTakes) {
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  auto& caller = serve([&](const auto& c, const auto&, int) {
    const int now = ++at_once;
    int before = most;
    while (before < now && !most.compare_exchange_weak(before, now)) continue;
    std::this_thread::sleep_for(20ms);
    --at_once;
    c.reply(200, "{}");
  });
  std::vector<std::jthread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] { answered += caller.call(reader, read()).has_value() ? 1 : 0; });
  threads.clear();
  EXPECT_EQ(answered, 6);
  EXPECT_EQ(most, 2);
}

// Else a service that is down would use up what the others need; but together they have one budget.
TEST_F(NetCaller, AllServicesShareTheBudgetOfRetries) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(503, ""); });
  for (int i = 0; i < 15; ++i) EXPECT_FALSE(caller.call(reader, read()));
  EXPECT_EQ(count().retries, 100U);
  const auto other = std::make_shared<Reader>(server().endpoint(), "another");
  EXPECT_FALSE(caller.call(other, read()));
  EXPECT_EQ(count().retries, 100U);
  EXPECT_EQ(count().requests, 116U);
}

TEST_F(NetCaller, AStoppedCallIsNotRepeated) {
  std::stop_source stop;
  auto& caller = serve([&](const auto& c, const auto&, int) {
    stop.request_stop();
    c.reply(503, "");
  });
  auto call = read();
  call.stop_repeating = stop.get_token();
  const auto answer = caller.call(reader, call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "Read: HTTP 503");
  EXPECT_EQ(count().requests, 1U);
}

TEST_F(NetCaller, AStoppedCallEndsWhileItWaitsForItsAnswer) {
  std::stop_source stop;
  auto& caller = serve([&](const auto& c, const auto&, int) {
    stop.request_stop();
    c.hang();
  });
  auto call = read();
  call.stop = stop.get_token();
  const auto answer = caller.call(reader, call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(count().requests, 1U);
}

TEST_F(NetCaller, AStoppedCallEndsWhileItWaitsForOthers) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.hang(); });
  const auto first = caller.submit(reader, read());
  const auto second = caller.submit(reader, read());
  std::stop_source stop;
  stop.request_stop();
  auto call = read();
  call.stop = stop.get_token();
  const auto unsent = caller.call(reader, call);
  ASSERT_FALSE(unsent);
  EXPECT_EQ(unsent.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(unsent.error().message, "Read: stopped");
  EXPECT_EQ(count().requests, 2U);
}

TEST_F(NetCaller, NoPauseGoesPastTheEndOfTheCall) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(429, "", "retry-after: 3\r\n"); });
  auto call = read();
  call.timeout = 5s;
  EXPECT_FALSE(caller.call(reader, call));
  EXPECT_EQ(count().requests, 2U) << "at 0 and 3 s; 6 s is too late";
}

TEST_F(NetCaller, OneThreadHasSeveralCallsOnTheirWayAndMayDropThem) {
  auto& caller = serve([](const auto& c, const auto& request, int) {
    if (request.line.contains("hang")) return c.hang();
    c.reply(200, request.line);
  });
  auto hanging = read();
  hanging.request.target = "/hang";
  {
    const auto dropped = caller.submit(reader, hanging);
  }
  auto first = caller.submit(reader, read());
  auto second = caller.submit(reader, read());
  EXPECT_EQ(second.wait()->body, "POST /v1/read HTTP/1.1");
  EXPECT_EQ(first.wait()->body, "POST /v1/read HTTP/1.1");
}

TEST_F(NetCaller, ServicesAreCountedApart) {
  auto& caller = serve([](const auto& c, const auto&, int) { c.reply(200, "{}"); });
  ASSERT_TRUE(caller.call(reader, read()));
  ASSERT_TRUE(caller.call(std::make_shared<Mender>(server().endpoint()), read()));
  EXPECT_EQ(caller.counts("reader").at("Read").requests, 1U);
  EXPECT_EQ(caller.counts("mender").at("Read").requests, 1U);
  EXPECT_EQ(caller.counts("reader").at("Read").bytes_sent, 10U);
  EXPECT_EQ(caller.counts("reader").at("Read").bytes_received, 2U);
  EXPECT_TRUE(caller.counts("nobody").empty());
}

}  // namespace
}  // namespace docmill::net
