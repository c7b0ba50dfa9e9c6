// New and changed files of a folder, told as they come: `docmill worker --watch`.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/blob.h"
#include "base/clock.h"
#include "base/error.h"

namespace docmill {

struct WatchSettings {
  std::function<bool(std::string_view prefix)> leave_out = {};  // true for a folder ("a/b/") that is not entered
  bool follow_links = false;                                    // a new link asks for a listing, which follows it
  /// How long a file must rest to be told that nobody is going to close: one that was there before its folder was
  /// watched, or a further name of an old file.
  std::chrono::milliseconds rest{1'000};
  /// Likewise a file that was made and not closed so far: its writer may only be slow, but a file that was made without
  /// a name and linked here (O_TMPFILE) looks the same.
  std::chrono::milliseconds rest_of_new{60'000};
};

struct WatchedChanges {
  std::vector<std::string> keys;  // paths below the folder; of files that are complete as far as one can tell
  bool list_again = false;        // more happened than could be followed: only a listing tells what
};

/// Watches a folder with all its folders, also those that come later (inotify). Files are told when their writer closes
/// them or they are moved here; some may be told twice. What was there before is not told: list the folder after
/// create(), and nothing is missed. What a listing of the folder leaves out is never told (listed_object() in
/// store/folder.h). What changes behind a link is told where it lies, if that is below the folder. On a network file
/// system only changes of this machine are seen. One thread at a time.
class FolderWatch {
 public:
  /// Errors: not_found, denied, unavailable (more folders than the system lets one user watch; what to change).
  static Result<std::unique_ptr<FolderWatch>> create(const std::filesystem::path& folder, Clock& clock,
                                                     WatchSettings settings = {});

  /// Wait up to `wait` for changes; none when it passed, or `stop` was requested.
  ///
  /// Errors: not_found (the folder itself was removed, moved or unmounted), and those of create() for a new folder.
  Result<WatchedChanges> next(std::chrono::milliseconds wait, const std::stop_token& stop = {});

 private:
  // A file that has to rest before it is told.
  struct Resting {
    std::chrono::steady_clock::time_point since;
    std::chrono::milliseconds rest;
    std::string etag = {};  // when it began to rest
  };

  FolderWatch(std::filesystem::path folder, FileDescriptor root, FileDescriptor inotify, Clock& clock,
              WatchSettings settings)
      : folder_(std::move(folder)),
        root_(std::move(root)),
        inotify_(std::move(inotify)),
        clock_(clock),
        settings_(std::move(settings)) {}
  bool is_still_there() const;
  Result<void> watch_below(const std::string& prefix, bool tell_files);
  Result<bool> watch_one(const std::string& prefix);
  void forget_below(const std::string& prefix);
  Result<void> read_events(WatchedChanges& changes);
  Result<void> take_folder_event(std::uint32_t mask, const std::string& key);
  void begin_rest(const std::string& key, bool is_new);
  void tell(const std::string& key, WatchedChanges& changes);
  void tell_rested(WatchedChanges& changes);

  std::filesystem::path folder_;
  FileDescriptor root_;                               // O_PATH
  std::pair<std::uint64_t, std::uint64_t> identity_;  // device and inode
  FileDescriptor inotify_;
  Clock& clock_;
  WatchSettings settings_;
  std::unordered_map<int, std::string> prefixes_;  // by watch descriptor: "a/b/", or "" for the folder itself
  std::unordered_map<std::string, Resting> resting_;
  bool overflowed_ = false;
};

}  // namespace docmill
