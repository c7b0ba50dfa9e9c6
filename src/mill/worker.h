// A queue of requests, each document processed, recorded and only then acknowledged: `docmill worker`.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/concurrency.h"
#include "mill/document_observer.h"
#include "mill/process.h"
#include "queue/message_body.h"
#include "queue/queue.h"
#include "results/results.h"
#include "store/place.h"

namespace docmill {

enum class OnFailed : std::uint8_t {
  dead_letter,  // to the dead-letter queue, and removed
  remove,       // removed; the mark and the record say so
  keep,         // left to the queue's own redrive
};

struct WorkerSettings {
  SharedRecipe recipe;                    // of requests that name no settings of their own
  Place in;                               // empty: documents of any bucket, named "<bucket>/<key>"
  std::vector<Place> out;                 // what is stored there is no document
  std::uint32_t documents_in_flight = 0;  // processed at a time; each has a thread
  std::uint32_t prefetch = 10;            // messages that wait for one of them
  std::chrono::seconds visibility_timeout{600};
  std::chrono::seconds receive_wait{20};
  std::uint32_t receives_max = 10;  // of one message before the queue gives it up
  OnFailed on_failed = OnFailed::dead_letter;
  bool exit_when_empty = false;
  /// The recipe that a message's settings make of the worker's own; invalid_input where they make none.
  std::function<Result<Recipe>(std::string_view settings_json)> recipe_with;
};

/// How a message ended.
enum class MessageOutcome : std::uint8_t {
  done,         // its documents are done, or were before; removed
  ignored,      // asks for nothing; removed
  source_gone,  // the document no longer exists, or a newer version is done; removed
  failed,       // a document failed; dead letter, removed, or kept, as settings say
  poison,       // cannot be understood; likewise
  given_back,   // the place had a fault, or the worker was told to stop
  lost,         // somebody else may have it by now; left alone
};

std::string_view name_of(MessageOutcome outcome);

/// Is told what happens to messages, beside documents.
class WorkerObserver : public DocumentObserver {
 public:
  virtual void on_received(const Message& /*message*/) {}
  /// The queue was asked: how many messages came, or why none could.
  virtual void on_receive(const Result<std::size_t>& /*messages*/) {}
  virtual void on_message(const Message& /*message*/, MessageOutcome /*outcome*/) {}
  virtual void on_in_hand(std::size_t /*messages*/) {}
  virtual void on_outage(bool /*begins*/) {}
};

/// Where a worker's work comes from and what it is told to beside the outputs. All outlive it.
struct WorkerPlaces {
  Queue& queue;
  Queue* dead_letters = nullptr;  // null: what would go there is recorded and removed
  Results* results = nullptr;     // where what came of documents is kept, before their message is removed; may be null
};

struct WorkerSummary {
  std::uint64_t messages_done = 0;
  std::uint64_t messages_failed = 0;  // poison included
  std::uint64_t messages_given_back = 0;
};

/// Work until `stop` is requested (what runs is finished, what waits goes back at once), or the queue is empty where
/// settings ask for that.
///
/// Order law: extract, durable output, durable record, acknowledge (docs/worker.md has the life of a message). A
/// message is removed when all its documents have come to an end.
///
/// Errors: what the queue answers when nothing can be received for good (denied, not_found).
Result<WorkerSummary> work(const Mill& mill, const WorkerPlaces& places, const WorkerSettings& settings,
                           Concurrency& concurrency, WorkerObserver& observer, std::stop_token stop);

}  // namespace docmill
