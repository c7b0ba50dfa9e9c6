// Whether a document is to be processed, and why: what process() asks first, and all that a dry run asks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "document/job.h"
#include "document/recipe_in_force.h"
#include "mill/output_view.h"
#include "output/failed_mark.h"
#include "store/object_store.h"

namespace docmill {

inline SourceVersion version_of(const ObjectInfo& info) {
  return {.etag = info.etag, .size_bytes = info.size_bytes, .modified_at = info.modified_at};
}

enum class Reason : std::uint8_t {
  // To be processed:
  forced,            // --force, or a message that says so
  no_output,         // never done, or failed in a way that is tried again
  not_of_docmill,    // what lies under the output's name is no output
  output_unseen,     // whether there is an output may not be looked at
  output_older,      // only dates may be seen, and the output has the older one
  source_changed,    // the output is of another version of the document
  settings_changed,  // ... made with other settings
  version_changed,   // ... made by another major version of docmill
  pages_to_retry,    // ... and some page crashed or took too long
  failed_before,     // for good, but source, settings, version or passwords are others now
  // Not:
  done,
  done_with_errors,  // done; some pages failed for good
  known_to_fail,     // its mark holds
  source_gone,
};

/// "no_output": for scripts.
std::string_view name_of(Reason reason);
bool is_due(Reason reason);

/// What documents of one run are judged by. Everything outlives it; any number of threads may share one.
struct Judge {
  ObjectStore& source;
  OutputView& view;
  const RecipeInForce& recipe;
  bool passwords_given = false;
  bool redo_done = false;
  /// Looks at a document in the source where its version matters; as the store does where this is not set.
  std::function<Result<std::optional<ObjectInfo>>(const std::string& key)> look_at_source = {};

  /// Whether what was seen of one of its carriers says that the output is done for the source as it is.
  bool is_done(const Job& job, OutputId output, const SeenOutput& seen, const SourceVersion& source_version) const;
};

/// What was seen of a document's outputs before anything was done.
struct SeenOutputs {
  /// By carrier. Nothing: not looked at, for the primary output vouches for it, or nobody asked for it.
  std::array<std::optional<SeenOutput>, carriers.size()> seen = {};
  Outputs due = {};  // those of the recipe that are not done

  std::optional<SeenOutput>& of(Carrier carrier) { return seen[carrier.index()]; }
  const std::optional<SeenOutput>& of(Carrier carrier) const { return seen[carrier.index()]; }
};

/// Looks at the outputs and finds out which are due, for the source as it is: one look where the primary output is done
/// and vouches for all others, else one for each carrier that `known` does not hold. Where no version is known all are
/// due. Every carrier of those that are due was looked at then.
///
/// Errors: those of the store.
Result<SeenOutputs> look_at_outputs(const Judge& judge, const Job& job, const std::optional<SourceVersion>& source,
                                    const SeenOutputs& known = {});

struct Verdict {
  Reason reason = Reason::no_output;
  SeenOutputs outputs = {};
  std::optional<SourceVersion> source_version = {};  // where it was asked for
  std::optional<FailedMark> mark = {};
  bool has_no_mark = false;  // that is known, not that nobody has looked
};

/// `source_version`: as it is known already; else the store is asked where that matters. Where there is neither an
/// output nor a mark, no version of the source could change the verdict, and none is asked for.
///
/// Errors: those of the stores.
Result<Verdict> judge(const Judge& judge, const Job& job, const std::optional<SourceVersion>& source_version);

}  // namespace docmill
