// Tries what a run needs of its places, before the run does: `docmill doctor`.
#pragma once

#include <string>
#include <vector>

#include "queue/queue.h"
#include "store/object_store.h"

namespace docmill {

struct Finding {
  enum class Verdict : std::uint8_t { good, notice, bad };
  Verdict verdict = Verdict::good;
  std::string subject;  // "--out s3://bucket/text/: write"
  std::string message;  // what was found; where it is not good, what follows and what to do
};

std::string_view name_of(Finding::Verdict verdict);

/// What follows where a run may not list its source or read it, and goes on; empty where it cannot.
struct SourceUse {
  std::string_view without_listing{};
  std::string_view without_reading{};
};

/// List, look, read. Reads at most one byte of one document, and tries the next ones where it is archived. Each finding
/// names what is missing itself, never what only follows from it.
std::vector<Finding> check_source(ObjectStore& store, const SourceUse& use);

/// List, write, write under a condition, look, replace, clear away, remove: with an object of its own under _docmill/,
/// which is gone afterwards where it may be removed.
std::vector<Finding> check_output(ObjectStore& store, Random& random);

/// The same in a folder of outputs (its key's prefix), for a policy may grant another folder and not this one: list,
/// write, look, replace, remove.
std::vector<Finding> check_output_folder(ObjectStore& store, Random& random, std::string_view prefix);

/// For a worker: attributes and what they mean; a receive where the queue is empty, so that no message's count is
/// raised; hiding and removing, of a message that is not there.
std::vector<Finding> check_queue(Queue& queue);

/// For `docmill enqueue`, and for dead letters.
std::vector<Finding> check_sending(Queue& queue, std::string_view consequence);

}  // namespace docmill
