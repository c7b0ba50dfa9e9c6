// What no current source stands behind any more, found and removed: `docmill prune`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "document/layout.h"
#include "mill/selection.h"
#include "store/object_store.h"

namespace docmill {

struct PruneSettings {
  std::function<bool(std::string_view prefix)> leave_out = {};  // folders of the source that are not entered
  Layout layout = {};                                           // of the outputs
  Selection selection = {};                                     // of documents; what belongs to others is left alone
  bool remove = false;                                          // else it is only told
};

enum class LeftoverKind : std::uint8_t {
  stale,   // an output of another version of its document
  orphan,  // an output whose document is gone
  mark,    // that a document failed, which is gone
};

std::string_view name_of(LeftoverKind kind);

struct Leftover {
  LeftoverKind kind;
  std::string uri;
  std::uint64_t size_bytes = 0;
  bool known_to_fail = false;  // stale: a mark says that the newer version failed for good; else it may only wait
  bool removed = false;
};

struct PruneSummary {
  std::uint64_t in_use = 0;  // outputs that are current, marks of documents that are there
  std::uint64_t outputs_stale = 0;
  std::uint64_t outputs_waiting = 0;  // of the stale: perhaps only until the next sweep
  std::uint64_t outputs_orphaned = 0;
  std::uint64_t marks_orphaned = 0;
  std::uint64_t bytes = 0;  // of the three
  std::uint64_t removed = 0;
  // Left alone:
  std::uint64_t kept_meanwhile = 0;   // changed, or their document came, before they could be removed
  std::uint64_t of_other_places = 0;  // made of documents that do not lie below the source
  std::uint64_t of_others = 0;        // no outputs of docmill's
  std::uint64_t excluded = 0;         // by the selection
  // What it took:
  std::uint64_t outputs_listed = 0;
  std::uint64_t sources_listed = 0;
  std::uint64_t requests = 0;            // for single objects
  bool finished = false;                 // all was listed and looked at
  std::vector<Error> place_errors = {};  // why it is not (the first few)
  std::uint64_t place_errors_more = 0;
};

/// Lists outputs and documents side by side and tells of each leftover, in the order in which they are found. A
/// document counts as gone when the source itself says so, not when a listing leaves it out. Only what names a document
/// of this source as its own is a leftover, so places that share an output folder do not prune each other's.
///
/// Where leftovers are removed, document and output are looked at again first, and the output is removed under the
/// condition that it is the version that was seen: one that became current meanwhile stays.
///
/// Errors: what the stores answer to the first listings; invalid_input (nothing lies in the source: then every output
/// would be a leftover, and most often the place is mistyped).
Result<PruneSummary> prune(ObjectStore& source, ObjectStore& output, const PruneSettings& settings,
                           const std::function<void(const Leftover&)>& tell, const std::stop_token& stop);

}  // namespace docmill
