#include "mill/message_work.h"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "base/failpoint.h"
#include "mill/attention.h"
#include "mill/begun_note.h"
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

/// The record of a document that failed of `error` before anything could be done.
DocumentRecord failed_record(const Mill& mill, const RecipeInForce& recipe, const Job& job, const Error& error) {
  DocumentRecord record;
  record.source_uri = mill.source.uri(job.source_key);
  record.recipe_hash = recipe.hash;
  record.status = DocumentStatus::failed;
  record.error_kind = error.kind;
  record.error_message = error.message;
  record.finished_at = mill.clock.wall_now();
  return record;
}

class MessageWork {
 public:
  MessageWork(const MessageWorkshop& shop, const Message& message, const HeldWork& held)
      : shop_(shop), settings_(shop.settings), message_(message), held_(held) {}

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
    BegunNote note(shop_.mill.output, message_, settings_.receives_max);
    worker_died_of_it_ = note.begin();
    MessageEnd end = do_requests(body->requests);
    note.end(end.then == MessageEnd::Then::remove);
    return end;
  }

  MessageEnd do_requests(const std::vector<DocumentRequest>& requests) {
    for (const DocumentRequest& request : requests)
      if (auto end = do_request(request)) return *end;
    if (again_after_) return give_back(*again_after_);
    return finish(outcome());
  }

  /// All that the message asks for has come to its end. Only now are its dead letters sent: were a part of it to come
  /// again, those that are sent before would be sent again each time.
  MessageEnd finish(MessageOutcome outcome) {
    if (auto end = send_dead_letters()) return *end;
    const bool keep = failed_ && settings_.on_failed == OnFailed::keep;
    return {.then = keep ? MessageEnd::Then::keep : MessageEnd::Then::remove, .outcome = outcome};
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
    if (const auto* error = std::get_if<Error>(&assignment)) return note_failed(request, error->kind, error->text());
    auto recipe = recipe_of(request);
    if (!recipe) return note_failed(request, recipe.error().kind, recipe.error().text());
    return settle(request, std::get<Job>(assignment), *recipe);
  }

  Assignment assignment_of(const DocumentRequest& request) const {
    const std::string address = request.bucket + "/" + request.key;
    if (std::ranges::any_of(settings_.out,
                            [&](const Place& out) { return out.key_of(request.bucket, request.key).has_value(); }))
      return "it lies among the outputs, so it is no document";
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
               .safe_profile = worker_died_of_it_,
               .event = request.event};
  }

  /// The worker's own, where the request has no settings.
  Result<SharedRecipe> recipe_of(const DocumentRequest& request) const {
    if (request.recipe.empty()) return settings_.recipe;
    const auto recipe = settings_.recipe_with(request.recipe);
    if (!recipe) return std::unexpected(recipe.error());
    return in_force(*recipe);
  }

  std::optional<MessageEnd> settle(const DocumentRequest& request, const Job& job, const SharedRecipe& recipe) {
    const std::string document = shop_.mill.source.uri(job.source_key);
    documents_.push_back(document);
    // What is done stays done while the place is waited for: an extraction whose write failed, a record to be kept.
    DocumentWork work(shop_.mill, recipe, job);
    std::optional<DocumentRecord> record;
    return until_the_place_answers(
        document, [&] { return settle_once(request, job, work, record); },
        [&](const Error& error) {
          return note_record(request, job, record ? *record : failed_record(shop_.mill, *recipe, job, error))
              .has_value();
        });
  }

  /// Again and again while the place is at fault, as the breaker advises. Nothing when the message can go on.
  /// `give_up`: what fails alone, at its last receive; false where it cannot be left at that.
  template <typename Attempt, typename GiveUp>
  std::optional<MessageEnd> until_the_place_answers(const std::string& subject, Attempt attempt, GiveUp give_up) {
    const std::uint64_t successes_before = shop_.breaker.successes();
    for (std::uint32_t round = 1;; ++round) {
      const Result<void> answered = attempt();
      if (answered) {
        shop_.breaker.on_success();
        return std::nullopt;
      }
      const Error& error = answered.error();
      // What fails a worker that ends may fail because it ends: no fault of the place to count, no outage to tell.
      if (is_stopped()) return give_back_unfinished(subject, error);
      log::warning("place_error",
                   {{"document", subject}, {"error_kind", name_of(error.kind)}, {"message", error.text()}});
      switch (shop_.breaker.on_fault({.ticket = held_.ticket,
                                      .document = subject,
                                      .scope = scope_of(error),
                                      .round = round,
                                      .successes_before = successes_before})) {
        case CircuitBreaker::Advice::try_again:
          continue;
        case CircuitBreaker::Advice::alone:
          // After its last receive the queue would put the message aside without a reason and a record.
          if (message_.receive_count >= settings_.receives_max && give_up(error)) return std::nullopt;
          [[fallthrough]];
        case CircuitBreaker::Advice::go_back:
          return give_back(away_after(message_.receive_count));
        case CircuitBreaker::Advice::stopped:
          return give_back_unfinished(subject, error);
      }
    }
  }

  static MessageEnd give_back_unfinished(const std::string& document, const Error& error) {
    log::info("document_unfinished", {{"document", document}, {"message", error.text()}});
    return give_back(0s);
  }

  bool is_stopped() const { return shop_.stop.stop_requested(); }

  Result<void> settle_once(const DocumentRequest& request, const Job& job, DocumentWork& work,
                           std::optional<DocumentRecord>& record) {
    if (!record) {
      auto done = work.run();
      if (!done) return std::unexpected(std::move(done).error());
      record = *std::move(done);
    }
    if (const auto delay = comes_again_after(*record)) {
      again_after_ = std::max(again_after_.value_or(*delay), *delay);
      return {};
    }
    return note_record(request, job, *record);
  }

  /// What a later receive may find well: the message goes back for it.
  std::optional<std::chrono::seconds> comes_again_after(const DocumentRecord& record) const {
    if (record.error_kind == ErrorKind::source_changed) return source_changed_delay;
    // Others of its place can be read. At the last receive it is a failure like any other.
    const bool may_pass = record.error_kind && is_worth_retrying(*record.error_kind);
    if (may_pass && message_.receive_count < settings_.receives_max) return away_after(message_.receive_count);
    return std::nullopt;
  }

  Result<void> note_record(const DocumentRequest& request, const Job& job, const DocumentRecord& record) {
    if (needs_attention(record)) log_attention(record);
    if (shop_.results != nullptr)
      if (auto kept = shop_.results->put(job, record); !kept) return kept;
    (void)DOCMILL_FAILPOINT("record_done");
    shop_.observer.on_document(job, record);
    note_recorded(request, record);
    return {};
  }

  void note_recorded(const DocumentRequest& request, const DocumentRecord& record) {
    const bool moved = record.error_kind && class_of(*record.error_kind) == ErrorClass::source_moved;
    // Skipped with an error and without an output: a mark says that it failed before.
    const bool known = record.status == DocumentStatus::skipped && record.error_kind && !record.output_uri && !moved;
    if (record.status == DocumentStatus::failed || known)
      note_failed(request, *record.error_kind, record.error_message);
    else
      (moved ? gone_ : done_) = true;
  }

  /// One dead letter for this one document, not for the whole of a message with several. It says `force`, so that
  /// sending it back tries again. The other requests of the message go on: nothing.
  std::nullopt_t note_failed(const DocumentRequest& request, ErrorKind kind, const std::string& reason) {
    DocumentRequest again = request;
    again.force = true;
    add_dead_letter(message_body_of(again), kind, reason);
    return std::nullopt;
  }

  MessageEnd poison(const Error& error) {
    log::warning("message_poison", {{"message", message_.id}, {"reason", error.text()}});
    add_dead_letter(message_.body, error.kind, error.text());
    return finish(MessageOutcome::poison);
  }

  void add_dead_letter(std::string body, ErrorKind kind, const std::string& reason) {
    failed_ = true;
    if (settings_.on_failed != OnFailed::dead_letter || shop_.dead_letters == nullptr) return;
    dead_letters_.push_back({.body = std::move(body),
                             .attributes = {{"docmill.error_kind", std::string(name_of(kind))},
                                            {"docmill.reason", reason_text(reason)},
                                            {"docmill.message_id", message_.id}}});
  }

  /// Nothing when the message can go: the letters are sent, or none is wanted. Where sending is denied, or the body is
  /// one that no queue takes, the original stays for the queue's own redrive. Whoever has it by now sends them himself.
  std::optional<MessageEnd> send_dead_letters() {
    if (dead_letters_.empty()) return std::nullopt;
    if (!held_.is_held()) return MessageEnd{.then = MessageEnd::Then::keep, .outcome = MessageOutcome::lost};
    if (auto end = until_the_place_answers(
            shop_.dead_letters->uri(), [this] { return send_those_left(); }, [](const Error&) { return false; }))
      return end;
    if (!refusal_) return std::nullopt;
    log::warning("dead_letter_refused", {{"message", message_.id}, {"reason", refusal_->text()}});
    return MessageEnd{.then = MessageEnd::Then::keep, .outcome = MessageOutcome::failed};
  }

  /// One a call, so that it is known of each whether it is sent. An error is one of the place's.
  Result<void> send_those_left() {
    for (; !dead_letters_.empty() && !refusal_; dead_letters_.pop_front()) {
      const auto sent = shop_.dead_letters->send({&dead_letters_.front(), 1});
      (void)DOCMILL_FAILPOINT("dead_letter_sent");
      if (!sent && sent.error().kind != ErrorKind::denied && sent.error().kind != ErrorKind::invalid_input) return sent;
      if (!sent) refusal_ = sent.error();
    }
    return {};
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
  const HeldWork& held_;
  std::vector<std::string> documents_;
  std::deque<OutgoingMessage> dead_letters_;  // that are to be sent
  std::optional<Error> refusal_;              // of one of them
  bool worker_died_of_it_ = false;
  bool done_ = false, gone_ = false, failed_ = false;
  std::optional<std::chrono::seconds> again_after_;  // a part of it is to be received again
};

}  // namespace

MessageEnd work_on(const MessageWorkshop& workshop, const Message& message, const HeldWork& held) {
  return MessageWork(workshop, message, held).go();
}

}  // namespace docmill
