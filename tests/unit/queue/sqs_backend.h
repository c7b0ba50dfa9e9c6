// SQS for the contract suite, as moto emulates it.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/sqs_service.h"
#include "queue/sqs_queue.h"
#include "unit/aws/fixed_credentials.h"
#include "unit/aws/moto_server.h"
#include "unit/queue/queue_backend.h"

namespace docmill {

/// Calls of SQS that docmill does not make itself, and a client for queues.
class SqsAccount {
 public:
  explicit SqsAccount(const net::Endpoint& endpoint)
      : client(caller_, {.region = "us-east-1", .endpoints = {{"sqs", endpoint}}}, aws::fixed_credentials(), *clock) {}

  nlohmann::json call(const std::string& operation, const nlohmann::json& request) {
    const std::string body = request.dump();
    const auto answer = client.call(
        {.service = &aws::sqs_service,
         .operation = operation,
         .resource = operation,
         .method = "POST",
         .headers = {{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "AmazonSQS." + operation}},
         .body = std::string_view(body)});
    EXPECT_TRUE(answer) << answer.error().text();
    return answer && !answer->body.empty() ? nlohmann::json::parse(answer->body) : nlohmann::json::object();
  }
  std::string create(const std::string& name, const nlohmann::json& attributes = nlohmann::json::object()) {
    return call("CreateQueue", {{"QueueName", name}, {"Attributes", attributes}}).at("QueueUrl");
  }
  std::string arn_of(const std::string& url) {
    return call("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"QueueArn"}}})
        .at("Attributes")
        .at("QueueArn");
  }
  std::unique_ptr<Queue> open(const std::string& url) { return open_sqs_queue(url, client, *clock, *random).value(); }

 private:
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::create({}).value();

 public:
  std::unique_ptr<Clock> clock = make_system_clock();
  std::unique_ptr<Random> random = make_system_random();

 private:
  net::Caller caller_{*http_, *clock, *random};

 public:
  aws::Client client;
};

class SqsBackend final : public QueueBackend {
 public:
  SqsBackend() {
    static int n = 0;
    const std::string name = "queue-" + std::to_string(++n);
    dead_letter_url_ = account().create(name + "-dead");
    const nlohmann::json policy{{"deadLetterTargetArn", account().arn_of(dead_letter_url_)},
                                {"maxReceiveCount", std::to_string(receives_max)}};
    url_ = account().create(name, {{"RedrivePolicy", policy.dump()}});
    queue_ = account().open(url_);
    dead_letters_ = account().open(dead_letter_url_);
  }

  Queue& queue() override { return *queue_; }
  Queue& dead_letters() override { return *dead_letters_; }
  std::unique_ptr<Queue> another() override { return account().open(url_); }
  void pass_time(std::chrono::seconds duration) override { std::this_thread::sleep_for(duration); }

 private:
  /// One server and one client for all tests: each takes a second to start.
  static SqsAccount& account() {
    static const MotoServer server;
    static SqsAccount one(server.endpoint());
    return one;
  }

  std::string url_;
  std::string dead_letter_url_;
  std::unique_ptr<Queue> queue_;
  std::unique_ptr<Queue> dead_letters_;
};

}  // namespace docmill
