// One message for each document of a place: `docmill enqueue`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "mill/selection.h"
#include "queue/queue.h"
#include "store/object_store.h"
#include "store/place.h"

namespace docmill {

struct EnqueueSettings {
  Place place = {};                    // that of the store: messages name objects by bucket and whole key
  std::optional<WallTime> since = {};  // leave out what was changed before
  std::string match = {};              // leave out keys that this glob does not match ('*' matches '/' as well)
  Selection selection = {};            // leave out what it does not take
  std::string recipe = {};             // DocumentRequest::recipe of every message
  bool force = false;                  // likewise
  std::function<bool(std::string_view prefix)> leave_out = {};  // folders of the source that are not entered
  std::function<void(const ObjectInfo& document)> on_document = [](const ObjectInfo&) {};
};

struct EnqueueSummary {
  std::uint64_t documents_enqueued = 0;  // that would have been, in a dry run
  std::uint64_t objects_left_out = 0;    // by `since` or `match`
  std::uint64_t files_ignored = 0;       // no documents
  LeftOutCounts left_out = {};           // what the listing passed over
  bool finished = false;                 // the whole place was listed, and every document sent
  std::vector<Error> place_errors = {};  // why it is not finished (the first few)
  std::uint64_t place_errors_more = 0;
  std::optional<Error> queue_error = {};  // the one after which nothing was sent any more
};

/// List `source` and send a message for every document. Documents are told as a sweep tells them; what is done already
/// is not looked at: the worker does. Running it again makes duplicates, which workers recognise.
/// Without a `queue` nothing is sent: a dry run.
///
/// Errors: what the store answers to the beginning of the listing.
Result<EnqueueSummary> enqueue(ObjectStore& source, Queue* queue, const EnqueueSettings& settings, Clock& clock,
                               const std::stop_token& stop);

/// Send a message for each of these keys that is a document's. One that cannot be looked at is logged and left out, as
/// by a listing.
///
/// Errors: what may pass of the store, and those of the queue.
Result<void> enqueue_some(ObjectStore& source, Queue& queue, const Place& place, const std::vector<std::string>& keys);

}  // namespace docmill
