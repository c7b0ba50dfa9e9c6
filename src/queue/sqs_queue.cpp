#include "queue/sqs_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "aws/error_codes.h"
#include "aws/failure.h"
#include "aws/sqs_service.h"
#include "net/http.h"
#include "net/retry.h"
#include "queue/message_check.h"
#include "queue/sqs_messages.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;
using sqs::Json;

constexpr auto receive_wait_max = 20s;

/// A long poll that is broken off may have been given messages, which nobody sees before their visibility timeout. So
/// none is: a stop is heard between polls of two seconds. An idle worker pays half a dollar a month for that.
constexpr auto receive_part = 2s;

class SqsQueue final : public Queue {
 public:
  SqsQueue(std::string_view url, aws::Client& client, Clock& clock, Random& random)
      : url_(url), client_(client), clock_(clock), random_(random) {}

  std::string uri() const override { return url_; }

  Result<std::vector<Message>> receive(const ReceiveOptions& options, std::stop_token stop) override {
    if (auto checked = check_count(options.messages_max); !checked) return std::unexpected(std::move(checked).error());
    if (options.wait < 0s || options.wait > receive_wait_max)
      return fail(ErrorKind::invalid_input, url_, "a receive waits 0 to 20 s");
    const auto end = clock_.steady_now() + options.wait;
    std::vector<Message> messages;
    while (messages.empty() && !stop.stop_requested()) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(end - clock_.steady_now());
      ReceiveOptions part = options;
      part.wait = std::clamp(left, std::chrono::seconds(0), receive_part);
      auto answer = call("ReceiveMessage", sqs::receive_request(part), part.wait, stop);
      if (!answer) return std::unexpected(std::move(answer).error());
      messages = sqs::messages_from(*answer);
      if (left <= receive_part) break;
    }
    return messages;
  }

  Result<std::vector<Receipt>> change_visibility(std::span<const std::string> receipt_handles,
                                                 std::chrono::seconds timeout) override {
    return change("ChangeMessageVisibilityBatch", receipt_handles,
                  [timeout](const auto& handles) { return sqs::visibility_request(handles, timeout); });
  }

  Result<Receipt> remove(const std::string& receipt_handle) override {
    // A batch of one: its answer tells a lost receipt from a call that failed.
    auto receipts = change("DeleteMessageBatch", std::span(&receipt_handle, 1), sqs::delete_request);
    if (!receipts) return std::unexpected(std::move(receipts).error());
    return receipts->front();
  }

  Result<void> send(std::span<const OutgoingMessage> messages) override {
    if (auto checked = check_messages(messages, url_); !checked) return checked;
    return send_batch("SendMessageBatch", messages, sqs::send_request, [](auto&&...) { return false; });
  }

  /// SQS refuses an entry with such a delay, and the batch before that where sending is denied. Should an emulation
  /// take it, it is a message that asks workers for nothing.
  Result<void> try_send() override {
    constexpr auto refused_delay = 901s;
    const OutgoingMessage message{
        .body = R"({"Event":"s3:TestEvent","Service":"Amazon S3"})", .attributes = {}, .delay = refused_delay};
    if (auto answer = call("SendMessageBatch", sqs::send_request({&message, 1})); !answer)
      return std::unexpected(std::move(answer).error());
    return {};
  }

  Result<QueueStatus> status() override {
    auto answer = call("GetQueueAttributes", {{"AttributeNames", {"All"}}});
    if (!answer) return std::unexpected(std::move(answer).error());
    const Json& attributes = sqs::member(*answer, "Attributes");
    QueueStatus status = sqs::status_from(attributes);
    const auto arn = sqs::dead_letter_arn(attributes);
    if (!arn) return status;
    auto dead_letters = dead_letter_url(*arn);
    if (!dead_letters) return std::unexpected(std::move(dead_letters).error());
    status.dead_letter_uri = *std::move(dead_letters);
    return status;
  }

  Result<void> purge() override {
    auto answer = call("PurgeQueue", Json::object());
    if (!answer) return std::unexpected(std::move(answer).error());
    return {};
  }

 private:
  Result<void> check_count(std::size_t count) const {
    if (count >= 1 && count <= message_batch_max) return {};
    return fail(ErrorKind::invalid_input, url_, fmt::format("a call takes 1 to {} messages", message_batch_max));
  }

  Result<Json> call(std::string_view operation, Json request, std::chrono::seconds wait = 0s,
                    std::stop_token stop = {}) {
    if (operation != "GetQueueUrl") request["QueueUrl"] = url_;
    const std::string body = request.dump();
    aws::Call call{.service = &aws::sqs_service,
                   .operation = std::string(operation),
                   .resource = url_,
                   .method = "POST",
                   .url = url_,
                   .headers = {{"Content-Type", "application/x-amz-json-1.0"},
                               {"X-Amz-Target", fmt::format("AmazonSQS.{}", operation)}},
                   .body = std::string_view(body),
                   .stop_repeating = std::move(stop)};
    call.answer_timeout += wait;
    auto answer = client_.call(call);
    if (!answer) return std::unexpected(std::move(answer).error());
    return sqs::parsed(answer->body);
  }

  /// A batch that changes what is held: a lost receipt is an answer.
  template <typename MakeRequest>
  Result<std::vector<Receipt>> change(std::string_view operation, std::span<const std::string> receipt_handles,
                                      MakeRequest make_request) {
    if (auto checked = check_count(receipt_handles.size()); !checked)
      return std::unexpected(std::move(checked).error());
    std::vector<Receipt> receipts(receipt_handles.size(), Receipt::held);
    auto changed =
        send_batch(operation, receipt_handles, make_request, [&](std::size_t index, const sqs::FailedEntry& entry) {
          const bool lost = sqs::is_lost_receipt(entry.code, entry.message);
          if (lost) receipts[index] = Receipt::lost;
          return lost;
        });
    if (!changed) return std::unexpected(std::move(changed).error());
    return receipts;
  }

  /// Sends the entries, and those again that SQS did not take, by the one retry policy. `settle(index, entry)` is true
  /// for a failed entry that is to be left at that.
  template <typename Entry, typename MakeRequest, typename Settle>
  Result<void> send_batch(std::string_view operation, std::span<const Entry> entries, MakeRequest make_request,
                          Settle settle) {
    std::vector<std::size_t> left(entries.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    std::optional<Error> call_error;  // the client has repeated the call already: that is enough
    const auto give_up = [&] { return call_error.has_value(); };
    return with_retry(Backoff{}, clock_, random_, give_up, [&]() -> Result<void> {
      std::vector<Entry> part;
      for (const auto index : left) part.push_back(entries[index]);
      auto answer = call(operation, make_request(part));
      if (!answer) return std::unexpected(call_error.emplace(std::move(answer).error()));
      std::vector<std::size_t> again;
      std::optional<Error> error;
      for (const auto& failed : sqs::failed_entries(*answer, part.size())) {
        if (settle(left[failed.index], failed)) continue;
        again.push_back(left[failed.index]);
        if (!error || failed.sender_fault) error = error_of(operation, failed);
      }
      left = std::move(again);
      if (error) return std::unexpected(*std::move(error));
      return {};
    });
  }

  Error error_of(std::string_view operation, const sqs::FailedEntry& entry) const {
    // The name says what to do, as it does for a whole call: throttling may be called the sender's fault, too.
    const aws::Failure failure{.status = entry.sender_fault ? 400 : 500,
                               .code = std::string(aws::bare_code(entry.code)),
                               .message = entry.message};
    const auto refusal = aws::refusal_from(failure, aws::sqs_service, operation);
    return {refusal.kind, url_,
            fmt::format("{}: an entry of the batch failed: {}: {}", operation, entry.code, entry.message),
            refusal.scope};
  }

  Result<std::string> dead_letter_url(const sqs::QueueArn& arn) {
    if (auto url = sqs::neighbour_url(url_, arn)) return *std::move(url);
    auto answer = call("GetQueueUrl", {{"QueueName", arn.name}, {"QueueOwnerAWSAccountId", arn.account}});
    if (!answer) return std::unexpected(std::move(answer).error());
    return sqs::text(*answer, "QueueUrl");
  }

  const std::string url_;
  aws::Client& client_;
  Clock& clock_;
  Random& random_;
};

}  // namespace

bool is_sqs_url(std::string_view uri) { return uri.starts_with("https://") || uri.starts_with("http://"); }

Result<std::unique_ptr<Queue>> open_sqs_queue(std::string_view url, aws::Client& client, Clock& clock, Random& random) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->target == "/")
    return fail(ErrorKind::invalid_input, url,
                "not a queue's URL such as https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
  if (parsed->target.ends_with(".fifo"))
    return fail(ErrorKind::invalid_input, url, "a FIFO queue: use a standard one, whose documents need no order");
  // Without a region there is nothing to sign for: told before anything is begun.
  if (auto address = aws::sqs_address(client.settings(), url); !address)
    return std::unexpected(std::move(address).error());
  return std::make_unique<SqsQueue>(url, client, clock, random);
}

}  // namespace docmill
