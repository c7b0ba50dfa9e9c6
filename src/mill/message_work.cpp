#include "mill/message_work.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "document/failpoint.h"
#include "mill/attention.h"
#include "net/retry.h"
#include "telemetry/log.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

/// How long a message stays away whose source changed under three reads: whoever writes it is not done.
constexpr std::chrono::seconds source_changed_delay = 30s;
/// A message with an attribute must stay below the queue's limit.
constexpr std::size_t reason_size_bytes_max = 1'000;

/// A request is a job, or no business of ours (why), or cannot be done at all.
using Assignment = std::variant<Job, std::string, Error>;

class MessageWork {
 public:
  MessageWork(const MessageWorkshop& shop, const Message& message)
      : shop_(shop), settings_(shop.settings), message_(message) {}

  MessageEnd go() {
    MessageEnd end = do_all();
    end.documents = std::move(documents_);
    return end;
  }

 private:
  MessageEnd do_all() {
    auto body = parse_message_body(message_.body);
    if (!body) return poison(body.error());
    if (body->requests.empty()) {
      log::info("message_ignored", {{"message", message_.id}, {"reason", body->note}});
      return {.then = MessageEnd::Then::remove, .outcome = MessageOutcome::ignored};
    }
    for (const DocumentRequest& request : body->requests)
      if (auto end = do_request(request)) return *end;
    return {
        .then = failed_ && settings_.on_failed == OnFailed::keep ? MessageEnd::Then::keep : MessageEnd::Then::remove,
        .outcome = outcome()};
  }

  MessageOutcome outcome() const {
    if (failed_) return MessageOutcome::failed;
    if (done_) return MessageOutcome::done;
    return gone_ ? MessageOutcome::source_gone : MessageOutcome::ignored;
  }

  static MessageEnd give_back(std::chrono::milliseconds delay) {
    return {.then = MessageEnd::Then::give_back,
            .outcome = MessageOutcome::given_back,
            .delay = std::chrono::ceil<std::chrono::seconds>(delay)};
  }

  /// Nothing when the other requests of the message can go on.
  std::optional<MessageEnd> do_request(const DocumentRequest& request) {
    auto assignment = assignment_of(request);
    if (const auto* reason = std::get_if<std::string>(&assignment)) {
      log::info("request_ignored", {{"document", request.bucket + "/" + request.key}, {"reason", *reason}});
      return std::nullopt;
    }
    if (const auto* error = std::get_if<Error>(&assignment)) return end_failed(request, error->kind, error->text());
    auto recipe = recipe_of(request);
    if (!recipe) return end_failed(request, recipe.error().kind, recipe.error().text());
    return do_job(request, std::get<Job>(assignment), *recipe);
  }

  Assignment assignment_of(const DocumentRequest& request) const {
    const std::string address = request.bucket + "/" + request.key;
    if (!settings_.out.empty() && settings_.out.key_of(request.bucket, request.key))
      return "it lies under --out, so it is no document";
    const auto key = settings_.in.empty() ? address : settings_.in.key_of(request.bucket, request.key);
    if (!key)
      return Error{ErrorKind::invalid_input, address, "the document does not lie under --in " + settings_.in.uri()};
    if (key->empty() || key->ends_with('/')) return "its key names a folder";
    return Job{.source_key = *key,
               .listed = {},
               .output_name = *key,
               .document_id = request.document_id,
               .force = request.force,
               .retry_failed = request.force,
               .retry_is_done = !request.force,
               // The worker that had it before died of it, perhaps, and after one more death nobody gets it.
               .safe_profile = settings_.receives_max > 1 && message_.receive_count + 1 >= settings_.receives_max};
  }

  /// The worker's own, where the request has no settings.
  Result<std::optional<Recipe>> recipe_of(const DocumentRequest& request) const {
    if (request.recipe.empty()) return std::nullopt;
    auto recipe = settings_.recipe_with(request.recipe);
    if (!recipe) return std::unexpected(std::move(recipe).error());
    return *std::move(recipe);
  }

  std::optional<MessageEnd> do_job(const DocumentRequest& request, const Job& job,
                                   const std::optional<Recipe>& recipe) {
    if (!recipe) return settle(request, job, shop_.mill);
    const Mill mill = shop_.mill.with(*recipe);
    return settle(request, job, mill);
  }

  /// Again and again while the place is at fault, as the breaker advises. Outcome and record, then the dead letter.
  std::optional<MessageEnd> settle(const DocumentRequest& request, const Job& job, const Mill& mill) {
    const std::string document = mill.source.uri(job.source_key);
    documents_.push_back(document);
    const std::uint64_t successes_before = shop_.breaker.successes();
    for (std::uint32_t round = 1;; ++round) {
      auto settled = settle_once(request, job, mill);
      if (settled) {
        shop_.breaker.on_success();
        shop_.on_breaker();
        return *std::move(settled);
      }
      log::warning(
          "place_error",
          {{"document", document}, {"error_kind", name_of(settled.error().kind)}, {"message", settled.error().text()}});
      const auto advice = shop_.breaker.on_fault(document, round, successes_before);
      shop_.on_breaker();
      if (!advice.try_again) return give_back(advice.wait);
      if (!wait_unless_stopped(shop_.concurrency, mill.clock, shop_.stop, advice.wait)) {
        shop_.breaker.on_given_up(document);
        shop_.on_breaker();
        return give_back(0s);
      }
    }
  }

  bool is_stopped() const { return shop_.stop.stop_requested(); }

  Result<std::optional<MessageEnd>> settle_once(const DocumentRequest& request, const Job& job, const Mill& mill) {
    auto record = with_retry(
        Backoff{}, mill.clock, mill.random, [this] { return is_stopped(); }, [&] { return process(mill, job); });
    if (!record) return std::unexpected(std::move(record).error());
    if (record->status == DocumentStatus::failed && is_of_place(*record->error_kind))
      return fail(*record->error_kind, record->source_uri, record->error_message);
    if (record->error_kind == ErrorKind::source_changed) return give_back(source_changed_delay);
    if (needs_attention(*record)) log_attention(*record);
    if (auto recorded = shop_.observer.on_document(*record); !recorded) return std::unexpected(recorded.error());
    (void)DOCMILL_FAILPOINT("record_done");
    return end_recorded(request, *record);
  }

  static bool is_of_place(ErrorKind kind) { return class_of(kind) == ErrorClass::place; }

  Result<std::optional<MessageEnd>> end_recorded(const DocumentRequest& request, const DocumentRecord& record) {
    const bool moved = record.error_kind && class_of(*record.error_kind) == ErrorClass::source_moved;
    // Skipped with an error and without an output: a mark says that it failed before.
    const bool known = record.status == DocumentStatus::skipped && record.error_kind && !record.output_uri && !moved;
    if (record.status == DocumentStatus::failed || known)
      return send_failed(request, *record.error_kind, record.error_message);
    (moved ? gone_ : done_) = true;
    return std::nullopt;
  }

  std::optional<MessageEnd> end_failed(const DocumentRequest& request, ErrorKind kind, const std::string& reason) {
    auto sent = send_failed(request, kind, reason);
    return sent ? *std::move(sent) : give_back(60s);
  }

  /// One dead letter for this one document, not for the whole of a message with several. It says `force`, so that
  /// sending it back tries again.
  Result<std::optional<MessageEnd>> send_failed(const DocumentRequest& request, ErrorKind kind,
                                                const std::string& reason) {
    failed_ = true;
    DocumentRequest again = request;
    again.force = true;
    return send_dead_letter(message_body_of(again), kind, reason);
  }

  MessageEnd poison(const Error& error) {
    log::warning("message_poison", {{"message", message_.id}, {"reason", error.text()}});
    auto sent = send_dead_letter(message_.body, error.kind, error.text());
    if (!sent) return give_back(60s);
    if (*sent) return **sent;
    return {.then = settings_.on_failed == OnFailed::keep ? MessageEnd::Then::keep : MessageEnd::Then::remove,
            .outcome = MessageOutcome::poison};
  }

  /// Nothing when the message can go: the letter is sent, or none is wanted. Where sending is denied, or the body is
  /// one that no queue takes, the original stays for the queue's own redrive.
  Result<std::optional<MessageEnd>> send_dead_letter(std::string body, ErrorKind kind, const std::string& reason) {
    if (settings_.on_failed != OnFailed::dead_letter || shop_.dead_letters == nullptr) return std::nullopt;
    const OutgoingMessage letter{.body = std::move(body),
                                 .attributes = {{"docmill.error_kind", std::string(name_of(kind))},
                                                {"docmill.reason", reason_text(reason)},
                                                {"docmill.message_id", message_.id}}};
    auto sent = with_retry(
        Backoff{}, shop_.mill.clock, shop_.mill.random, [this] { return is_stopped(); },
        [&] { return shop_.dead_letters->send({&letter, 1}); });
    (void)DOCMILL_FAILPOINT("dead_letter_sent");
    if (sent) return std::nullopt;
    const bool refused = sent.error().kind == ErrorKind::denied || sent.error().kind == ErrorKind::invalid_input;
    if (!refused) return std::unexpected(std::move(sent).error());
    log::warning("dead_letter_refused", {{"message", message_.id}, {"reason", sent.error().text()}});
    return MessageEnd{.then = MessageEnd::Then::keep, .outcome = MessageOutcome::failed};
  }

  static std::string reason_text(const std::string& reason) {
    std::string text = printable(reason, Lines::escape);
    if (text.size() > reason_size_bytes_max) {
      std::size_t end = reason_size_bytes_max;
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
      text.resize(end);
    }
    return text.empty() ? "no reason" : text;
  }

  const MessageWorkshop& shop_;
  const WorkerSettings& settings_;
  const Message& message_;
  std::vector<std::string> documents_;
  bool done_ = false, gone_ = false, failed_ = false;
};

}  // namespace

MessageEnd work_on(const MessageWorkshop& workshop, const Message& message) {
  return MessageWork(workshop, message).go();
}

}  // namespace docmill
