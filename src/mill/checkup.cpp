#include "mill/checkup.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "output/names.h"

namespace docmill {
namespace {

using Verdict = Finding::Verdict;

/// Fewer, and two machines that Spot takes away are enough to give up a document that nobody tried.
constexpr std::uint32_t receives_min = 5;
/// Archived ones, before it is left at that.
constexpr int documents_tried_max = 5;

class Checkup {
 public:
  void good(std::string subject, std::string message) { add(Verdict::good, std::move(subject), std::move(message)); }
  void notice(std::string subject, std::string message) {
    add(Verdict::notice, std::move(subject), std::move(message));
  }
  void bad(std::string subject, std::string message) { add(Verdict::bad, std::move(subject), std::move(message)); }
  template <typename T>
  void tried(std::string subject, const Result<T>& result, std::string_view consequence) {
    if (result)
      good(std::move(subject), "granted");
    else
      failed(std::move(subject), result.error(), consequence);
  }
  /// `denied` is a notice where a run can do without.
  void failed(std::string subject, const Error& error, std::string_view consequence) {
    const bool can_do_without = error.kind == ErrorKind::denied && !consequence.empty();
    add(can_do_without ? Verdict::notice : Verdict::bad, std::move(subject),
        consequence.empty() ? error.text() : fmt::format("{}; {}", error.text(), consequence));
  }
  std::vector<Finding> findings() && { return std::move(findings_); }

 private:
  void add(Verdict verdict, std::string subject, std::string message) {
    findings_.push_back({.verdict = verdict, .subject = std::move(subject), .message = std::move(message)});
  }
  std::vector<Finding> findings_;
};

/// A call with what is not there is refused for that only where it is granted.
template <typename T>
Result<void> granted(const Result<T>& result) {
  if (result || result.error().kind == ErrorKind::invalid_input) return {};
  return std::unexpected(result.error());
}

/// The queue was empty a moment ago. What has come since is seen by others again at once, with one receive more.
Result<void> receive_and_give_back(Queue& queue) {
  const auto messages = queue.receive({.messages_max = 1, .visibility_timeout = std::chrono::seconds(1)});
  if (!messages) return std::unexpected(messages.error());
  for (const Message& message : *messages)
    if (auto hidden = queue.change_visibility({&message.receipt_handle, 1}, std::chrono::seconds(0)); !hidden)
      return std::unexpected(hidden.error());
  return {};
}

/// A run needs no permission to see it.
void check_rule(Checkup& checkup, ObjectStore& store) {
  const std::string subject = "a rule for what is unfinished";
  const std::string wanted =
      "a lifecycle rule AbortIncompleteMultipartUpload, for the parts of an upload that nobody ends cost money "
      "(docs/aws.md)";
  if (const auto ends = store.ends_leftovers(); !ends)
    checkup.notice(subject,
                   fmt::format("not seen ({}): see to it that the bucket has {}", name_of(ends.error().kind), wanted));
  else if (!*ends)
    checkup.notice(subject, "the bucket has none for this prefix: give it " + wanted);
  else
    checkup.good(subject, "there is one");
}

/// One byte of the first document; of the next ones, where it alone cannot be read.
void check_reading(ObjectStore& store, Listing& listing, std::string key, const SourceUse& use, Checkup& checkup) {
  for (int tries = 1;; ++tries) {
    // A HEAD needs no more than a GET does, and says less when it is denied.
    const auto read = store.read_range(key, 0, 1);
    if (read || read.error().kind != ErrorKind::unreadable)
      return checkup.tried("read " + store.uri(key), read, use.without_reading);
    checkup.notice("read " + store.uri(key), read.error().text());
    const auto next = listing.next();
    if (!next || !*next || tries == documents_tried_max) return;
    key = (*next)->key;
  }
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names{"ok", "note", "FAIL"};
  return names[static_cast<std::size_t>(verdict)];
}

std::vector<Finding> check_source(ObjectStore& store, const SourceUse& use) {
  Checkup checkup;
  auto listing = store.list({});
  auto first = listing ? (*listing)->next() : Result<std::optional<ObjectInfo>>(std::unexpected(listing.error()));
  if (!first) {
    checkup.failed("list", first.error(), use.without_listing);
    checkup.notice("read", "not tried: no document is known");
    return std::move(checkup).findings();
  }
  if (!*first) {
    checkup.notice("list", "granted, and nothing is there: whether documents may be read was not tried");
    return std::move(checkup).findings();
  }
  checkup.good("list", "granted");
  check_reading(store, **listing, (*first)->key, use, checkup);
  return std::move(checkup).findings();
}

std::vector<Finding> check_output(ObjectStore& store, Random& random) {
  Checkup checkup;
  const std::string key = fmt::format("{}doctor-{:016x}", own_prefix, random.next());
  auto listing = store.list({.prefix = std::string(own_prefix)});
  checkup.tried("list", listing ? (*listing)->next() : std::unexpected(listing.error()),
                "without it the marks of failed documents, and outputs where they may not be read, go unseen");
  const auto made = put(store, key, bytes_of("one"), WriteCondition::if_absent());
  if (!made || !*made) {
    checkup.bad("write", made ? "a new object was refused as if it were there" : made.error().text());
    return std::move(checkup).findings();
  }
  checkup.good("write", "granted");
  if (const auto again = put(store, key, bytes_of("two"), WriteCondition::if_absent()); !again)
    checkup.bad("write under a condition", again.error().text());
  else if (*again)
    checkup.bad("write under a condition",
                "the place ignores If-None-Match, so two workers on one document may both write: use a place that "
                "knows conditional writes, or one worker");
  else
    checkup.good("write under a condition", "the place keeps conditions");
  // What was written is looked at: S3 denies the look at what is not there to those who may not list, too.
  const auto head = store.head(key);
  checkup.tried("look at an output", head,
                "without it done is what a listing shows to be newer than its document, failed documents are tried in "
                "every run, and an output is replaced without a condition");
  if (head && *head)
    checkup.tried("replace under a condition",
                  put(store, key, bytes_of("three"), WriteCondition::if_etag((*head)->etag)),
                  "a changed document's output is then replaced without one");
  checkup.tried("clear away what is unfinished", store.try_abort(key),
                "parts of failed uploads stay until a rule of the bucket removes them");
  const auto nothing = [](std::string_view) { return false; };
  checkup.tried("see what is unfinished", store.remove_leftovers({}, nothing),
                "parts of uploads that were killed stay until a rule of the bucket removes them");
  check_rule(checkup, store);
  checkup.tried(
      "remove", store.remove(key),
      fmt::format("marks of documents that succeed later stay, which does no harm; {} stays too", store.uri(key)));
  return std::move(checkup).findings();
}

std::vector<Finding> check_output_folder(ObjectStore& store, Random& random, std::string_view prefix) {
  Checkup checkup;
  const std::string key = fmt::format("{}doctor-{:016x}", prefix, random.next());
  auto listing = store.list({.prefix = std::string(prefix)});
  checkup.tried(
      "list", listing ? (*listing)->next() : std::unexpected(listing.error()),
      "without it files are put without a condition, again where they are the same, and those that a document "
      "does not have any more stay");
  const auto made = put(store, key, bytes_of("one"), WriteCondition::if_absent());
  if (!made || !*made) {
    checkup.bad("write", made ? "a new object was refused as if it were there" : made.error().text());
    return std::move(checkup).findings();
  }
  checkup.good("write", "granted");
  const auto head = store.head(key);
  checkup.tried("look at an output", head, "without it what is there is replaced without a condition");
  if (head && *head)
    checkup.tried("replace under a condition", put(store, key, bytes_of("two"), WriteCondition::if_etag((*head)->etag)),
                  "what changed is then replaced without one");
  checkup.tried("remove", store.remove(key),
                fmt::format("files that a document does not have any more stay; {} stays too", store.uri(key)));
  return std::move(checkup).findings();
}

std::vector<Finding> check_queue(Queue& queue) {
  Checkup checkup;
  const auto status = queue.status();
  if (!status) {
    checkup.failed("attributes", status.error(),
                   "without them --max-receives counts, and failed documents are recorded and removed");
  } else {
    checkup.good("attributes", fmt::format("{} messages wait, {} are in flight, {} are delayed", status->visible,
                                           status->in_flight, status->delayed));
    if (!status->dead_letter_uri)
      checkup.notice("dead letters", "the queue has no redrive policy: failed documents are recorded and removed");
    else if (status->receives_max.value_or(receives_min) < receives_min)
      checkup.notice("dead letters",
                     fmt::format("after {} receives, to {}: set 10, for a receive is also counted when a worker is "
                                 "stopped or its machine taken away",
                                 *status->receives_max, *status->dead_letter_uri));
    else
      checkup.good("dead letters",
                   fmt::format("after {} receives, to {}", status->receives_max.value_or(0), *status->dead_letter_uri));
  }
  if (!status || status->visible > 0)
    checkup.notice("receive", "not tried: it would raise the receive count of a message");
  else
    checkup.tried("receive", receive_and_give_back(queue), "");
  const std::string nobodys = "no-such-receipt";
  checkup.tried("hide", granted(queue.change_visibility({&nobodys, 1}, std::chrono::seconds(0))),
                "what takes longer than the visibility timeout is then done again");
  checkup.tried("remove", granted(queue.remove(nobodys)), "");
  return std::move(checkup).findings();
}

std::vector<Finding> check_sending(Queue& queue, std::string_view consequence) {
  Checkup checkup;
  checkup.tried("send", granted(queue.try_send()), consequence);
  return std::move(checkup).findings();
}

}  // namespace docmill
