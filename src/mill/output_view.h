// What a run sees of its outputs and marks, as far as it may.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "output/failed_mark.h"
#include "output/stamp.h"
#include "store/object_store.h"

namespace docmill {

/// An output before the document is read.
struct SeenOutput {
  enum class Seen : std::uint8_t {
    whole,    // `found` is what is there, with its stamp
    listed,   // `found` is what a listing tells: there is no stamp, and its etag may not be a condition
    nothing,  // whether there is one is unknown
  };
  Seen seen = Seen::whole;
  std::optional<StampedOutput> found = {};
};

/// Users may grant a run writing to its destination and nothing else. Then it goes by listings, and where they are
/// denied too by nothing; marks are written, and not used. What it does without is told once, as a warning in the log,
/// and asked for again: what is denied now may have been denied for a while.
///
/// Any thread may call any member. Errors: those of the store but `denied`, which only what writes outputs answers.
class OutputView {
 public:
  explicit OutputView(ObjectStore& output) : output_(output) {}

  Result<SeenOutput> look(std::string_view key);

  /// List the marks of earlier runs, so that mark() asks for none that was not there, and clear_mark() for none
  /// that mark() has not found. For runs with an end: a mark that somebody else makes later is not seen.
  Result<void> list_marks();
  /// The mark of the document that is named `path`.
  Result<std::optional<FailedMark>> mark(std::string_view path);
  Result<void> set_mark(std::string_view path, const DocumentRecord& record);
  Result<void> clear_mark(std::string_view path);

  /// A document's files may not be listed.
  void note_files_unseen(const Error& denied);
  /// For removing what an earlier result left: where that is denied it stays, told once.
  Result<void> without_denial(Result<void> removed);

 private:
  Result<SeenOutput> look_in_listing(std::string_view key, const Error& head_denied);
  bool may_have_mark(std::string_view path);

  ObjectStore& output_;
  std::atomic<bool> lists_denied_ = false;  // a denied listing costs twelve times a HEAD, so it is asked for once
  std::atomic<bool> outputs_told_ = false, marks_told_ = false, removal_told_ = false, leftovers_told_ = false,
                    files_told_ = false;
  std::mutex mutex_;
  std::optional<std::set<std::string, std::less<>>> marks_;  // keys; nothing where they were not listed
};

}  // namespace docmill
