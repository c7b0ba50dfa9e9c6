#include "service/task_protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/http_client.h"
#include "sim/fibers.h"
#include "unit/service/raw_client.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// What the agent was asked, and what it answers.
class Agent {
 public:
  struct Answer {
    int status = 200;
    std::string body = R"({"protection":{"ProtectionEnabled":true,"TaskArn":"arn:aws:ecs:us-west-2:1:task/1"}})";
  };

  TaskProtection::Send send() {
    return [this](const net::Request& request) -> Result<net::Response> {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request.method + " " + request.endpoint.url() + request.target);
      states_.push_back(json::parse(std::get<std::string_view>(request.body)));
      came_.notify_all();
      Answer answer;
      if (!answers_.empty()) {
        answer = answers_.front();
        answers_.pop_front();
      }
      if (answer.status == 0) return fail(ErrorKind::unavailable, "agent", "no connection");
      return net::Response{.head = {.status = answer.status, .headers = {}}, .body = answer.body};
    };
  }
  void answer_next(Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
  }
  /// All states that were asked for, once there are so many.
  std::vector<json> states(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(came_.wait_for(lock, 20s, [&] { return states_.size() >= count; })) << states_.size();
    return states_;
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> requests_;
  std::vector<json> states_;
  std::deque<Answer> answers_;
};

class TaskProtectionTest : public ::testing::Test {
 protected:
  TaskProtectionTest() {
    settings.agent = *parse_agent_url("http://169.254.170.2/api/abc-123");
    settings.idle_after = 30ms;
    settings.again_after = 10ms;
  }
  std::unique_ptr<TaskProtection> begin() {
    auto protection = std::make_unique<TaskProtection>(settings, agent.send(), *clock, *concurrency);
    EXPECT_TRUE(protection->start());
    return protection;
  }

  Agent agent;
  TaskProtectionSettings settings;
  std::unique_ptr<Clock> clock = make_system_clock();
  std::unique_ptr<Concurrency> concurrency = make_system_concurrency();
};

const json on = {{"ProtectionEnabled", true}, {"ExpiresInMinutes", 60}};
const json off = {{"ProtectionEnabled", false}};

TEST_F(TaskProtectionTest, IsOnWhileThereIsWorkAndOffSoonAfter) {
  const auto protection = begin();
  protection->on_in_hand(1);
  EXPECT_EQ(agent.states(1), std::vector<json>{on});
  protection->on_in_hand(0);
  EXPECT_EQ(agent.states(2), (std::vector<json>{on, off}));
  EXPECT_EQ(agent.requests().front(), "PUT http://169.254.170.2/api/abc-123/task-protection/v1/state");
}

// In virtual time: what is not asked for between two messages is known, and not waited for.
TEST(TaskProtectionInTime, IsKeptBetweenTwoMessagesAndGivenUpWhenNoneComes) {
  sim::Fibers fibers(1);
  const auto process = std::make_shared<sim::Process>();
  const auto concurrency = sim::make_concurrency(fibers, process);
  const auto fiber_clock = sim::make_clock(fibers);
  std::vector<std::pair<std::chrono::seconds, bool>> asked;
  const auto since = [&, begun = fibers.now()] {
    return std::chrono::duration_cast<std::chrono::seconds>(fibers.now() - begun);
  };
  fibers.start(process, [&] {
    TaskProtection protection(
        {.agent = *parse_agent_url("http://169.254.170.2/api/abc-123"), .idle_after = 5s},
        [&](const net::Request& request) -> Result<net::Response> {
          asked.emplace_back(since(), json::parse(std::get<std::string_view>(request.body))["ProtectionEnabled"]);
          return net::Response{.head = {.status = 200, .headers = {}}, .body = "{}"};
        },
        *fiber_clock, *concurrency);
    ASSERT_TRUE(protection.start());
    for (int message = 0; message < 10; ++message) {
      protection.on_in_hand(1);
      fibers.sleep_for(1s);
      protection.on_in_hand(0);
      fibers.sleep_for(4s);
    }
    fibers.sleep_for(1min);
  });
  ASSERT_TRUE(fibers.run_until(sim::Time(1h)));
  EXPECT_EQ(asked, (std::vector<std::pair<std::chrono::seconds, bool>>{{0s, true}, {51s, false}}));
}

TEST_F(TaskProtectionTest, WithoutWorkNobodyIsAsked) {
  {
    const auto protection = begin();
    protection->on_in_hand(0);
  }
  EXPECT_TRUE(agent.requests().empty());
}

TEST_F(TaskProtectionTest, IsRenewedBeforeItEnds) {
  settings.expires_after = 0min;
  const auto protection = begin();
  protection->on_in_hand(3);
  const auto states = agent.states(4);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(states[i]["ProtectionEnabled"], true);
}

TEST_F(TaskProtectionTest, IsGivenUpAtTheEnd) {
  {
    const auto protection = begin();
    protection->on_in_hand(1);
    (void)agent.states(1);
  }
  EXPECT_EQ(agent.states(2), (std::vector<json>{on, off}));
}

// Every way to fail that the agent's documentation has: a status, a failure in the body, no answer.
TEST_F(TaskProtectionTest, AFailureIsTriedAgain) {
  const Agent::Answer failures[] = {
      {.status = 500, .body = "oops"},
      {.status = 400, .body = R"({"error":{"Code":"InvalidParameterException"}})"},
      {.status = 200, .body = R"({"failure":{"Arn":"arn","Reason":"DEPLOYMENT_BLOCKED"}})"},
      {.status = 0},
  };
  for (const Agent::Answer& failure : failures) agent.answer_next(failure);
  const auto protection = begin();
  protection->on_in_hand(1);
  const auto states = agent.states(5);
  EXPECT_EQ(states, (std::vector<json>{on, on, on, on, on}));
}

TEST_F(TaskProtectionTest, WorkDoesNotWaitForAnAgentThatDoesNotAnswer) {
  std::atomic<bool> released = false;
  std::atomic<bool> asked = false;
  {
    TaskProtection protection(
        settings,
        [&](const net::Request& request) -> Result<net::Response> {
          asked = true;
          while (!released && !request.stop.stop_requested()) std::this_thread::sleep_for(1ms);
          return fail(ErrorKind::timed_out, "agent", "no answer");
        },
        *clock, *concurrency);
    ASSERT_TRUE(protection.start());
    protection.on_in_hand(1);
    while (!asked) std::this_thread::yield();
    protection.on_in_hand(2);
    protection.on_in_hand(0);
  }
  EXPECT_FALSE(released) << "neither on_in_hand() nor the end waited for the answer";
}

TEST(AgentUrl, IsOfThisMachineOrTheAgent) {
  for (const char* const good : {"http://169.254.170.2/api/x", "http://169.254.170.23/v4/x",
                                 "http://127.0.0.1:51679/api", "http://localhost:1/", "https://agent.example/x"})
    EXPECT_TRUE(parse_agent_url(good)) << good;
  for (const char* const bad :
       {"http://169.254.169.254/x", "http://evil.example/api", "http://169.254.170.2.evil/", "http://127.0.0.1.evil/",
        "ftp://127.0.0.1/", "", "http://user@127.0.0.1/", "127.0.0.1"}) {
    const auto parsed = parse_agent_url(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_input);
  }
}

// The real client against a server on a socket.
TEST_F(TaskProtectionTest, SpeaksToAnAgentOverHttp) {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listening, 8), 0);
  socklen_t size = sizeof address;
  ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);

  std::string request;
  std::jthread server([&] {
    const int accepted = ::accept(listening, nullptr, nullptr);
    char piece[4096];
    while (request.find("\r\n\r\n{") == std::string::npos || !request.ends_with("}")) {
      const ssize_t got = ::recv(accepted, piece, sizeof piece, 0);
      if (got <= 0) break;
      request.append(piece, static_cast<std::size_t>(got));
    }
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    (void)::send(accepted, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(accepted);
    ::close(listening);
  });
  settings.agent = *parse_agent_url("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/api/1");
  auto http = net::HttpClient::create({});
  ASSERT_TRUE(http) << http.error().text();
  {
    TaskProtection protection(
        settings, [&](const net::Request& sent) { return (*http)->send(sent); }, *clock, *concurrency);
    ASSERT_TRUE(protection.start());
    protection.on_in_hand(1);
    server.join();
  }
  EXPECT_THAT(request, testing::StartsWith("PUT /api/1/task-protection/v1/state HTTP/1.1\r\n"));
  EXPECT_EQ(json::parse(request.substr(request.find("\r\n\r\n") + 4)), on);
}

}  // namespace
}  // namespace docmill
