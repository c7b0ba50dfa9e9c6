#include "mill/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "store/folder.h"
#include "store/temporaries.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint32_t folder_events = IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF |
                                        IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
/// Files that rest at a time; beyond, a listing is as good.
constexpr std::size_t resting_files_max = 65'536;
/// How soon a stop and the end of a rest are seen.
constexpr std::chrono::milliseconds look_interval = 100ms;
constexpr std::size_t events_size_bytes = std::size_t{64} << 10U;

Error error_of(int error, const fs::path& path) {
  const auto with = [&](ErrorKind kind, std::string message) {
    return Error{.kind = kind, .subject = path.string(), .message = std::move(message)};
  };
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return with(ErrorKind::not_found, "there is no such folder");
    case EACCES:
    case EPERM:
      return with(ErrorKind::denied, "no permission to read this folder");
    case ENOSPC:
      return with(ErrorKind::unavailable,
                  "more folders than the system lets one user watch; raise fs.inotify.max_user_watches");
    case EMFILE:
      return with(ErrorKind::unavailable,
                  "more watchers than the system lets one user have; raise fs.inotify.max_user_instances");
    default:
      return with(ErrorKind::unavailable, "watch: " + std::generic_category().message(error));
  }
}

/// Device and inode; zeros where there is nothing.
std::pair<std::uint64_t, std::uint64_t> identity_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace

Result<std::unique_ptr<FolderWatch>> FolderWatch::create(const fs::path& folder, Clock& clock, WatchSettings settings) {
  FileDescriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify) return std::unexpected(error_of(errno, folder));
  FileDescriptor root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return std::unexpected(error_of(errno, folder));
  std::unique_ptr<FolderWatch> watch(
      new FolderWatch(folder, std::move(root), std::move(inotify), clock, std::move(settings)));
  if (auto watched = watch->watch_below("", false); !watched) return std::unexpected(std::move(watched).error());
  watch->identity_ = identity_of(folder);
  return watch;
}

Result<WatchedChanges> FolderWatch::next(std::chrono::milliseconds wait, const std::stop_token& stop) {
  const auto deadline = clock_.steady_now() + wait;
  WatchedChanges changes;
  for (;;) {
    if (auto read = read_events(changes); !read) return std::unexpected(std::move(read).error());
    if (!is_still_there()) return std::unexpected(error_of(ENOENT, folder_));
    tell_rested(changes);
    changes.list_again = std::exchange(overflowed_, false);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.steady_now());
    if (!changes.keys.empty() || changes.list_again || left <= 0ms || stop.stop_requested()) return changes;
    pollfd readable{.fd = inotify_.get(), .events = POLLIN, .revents = 0};
    ::poll(&readable, 1, static_cast<int>(std::min(left, look_interval).count()));
  }
}

/// No event tells that a folder was removed which somebody has open, nor that one above it was moved.
bool FolderWatch::is_still_there() const { return identity_of(folder_) == identity_; }

/// Watch a folder and all below it. A folder is watched before it is looked into, so no file falls in between.
Result<void> FolderWatch::watch_below(const std::string& prefix, bool tell_files) {
  std::vector<std::string> folders{prefix};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    if (settings_.leave_out && !folder.empty() && settings_.leave_out(folder)) continue;
    const auto watched = watch_one(folder);
    if (!watched) return std::unexpected(watched.error());
    if (!*watched) continue;
    std::error_code error;
    for (fs::directory_iterator entry(folder_ / folder, error), end; !error && entry != end; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (is_temporary_name(name)) continue;
      const std::string key = folder + name;
      std::error_code ignored;
      if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
        folders.push_back(key + "/");
      else if (tell_files)
        begin_rest(key, false);
    }
  }
  return {};
}

/// False for a folder below that is gone again, or may not be read.
Result<bool> FolderWatch::watch_one(const std::string& prefix) {
  const fs::path path = folder_ / prefix;
  const std::uint32_t no_links = prefix.empty() ? 0 : IN_DONT_FOLLOW;
  const int descriptor = ::inotify_add_watch(inotify_.get(), path.c_str(), folder_events | no_links);
  if (descriptor >= 0) {
    prefixes_[descriptor] = prefix;
    return true;
  }
  Error error = error_of(errno, path);
  if (prefix.empty() || error.kind == ErrorKind::unavailable) return std::unexpected(std::move(error));
  if (error.kind == ErrorKind::denied) log::warning("folder_not_watched", {{"message", error.text()}});
  return false;
}

void FolderWatch::forget_below(const std::string& prefix) {
  for (auto watched = prefixes_.begin(); watched != prefixes_.end();) {
    if (watched->second.starts_with(prefix)) {
      ::inotify_rm_watch(inotify_.get(), watched->first);
      watched = prefixes_.erase(watched);
    } else {
      ++watched;
    }
  }
}

Result<void> FolderWatch::read_events(WatchedChanges& changes) {
  alignas(inotify_event) std::array<char, events_size_bytes> buffer;
  const ssize_t length = ::read(inotify_.get(), buffer.data(), buffer.size());
  std::set<std::string, std::less<>> told;
  for (ssize_t offset = 0; offset < length;) {
    const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + offset);
    offset += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    if ((event->mask & IN_Q_OVERFLOW) != 0) {
      overflowed_ = true;
      if (auto watched = watch_below("", false); !watched) return watched;
      continue;
    }
    const auto folder = prefixes_.find(event->wd);
    if (folder == prefixes_.end()) continue;
    if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0 && folder->second.empty())
      return std::unexpected(error_of(ENOENT, folder_));
    if ((event->mask & IN_IGNORED) != 0) {
      prefixes_.erase(folder);
      continue;
    }
    if (event->len == 0) continue;
    if (is_temporary_name(event->name)) continue;  // a name ends with the first NUL
    const std::string key = folder->second + event->name;
    if ((event->mask & IN_ISDIR) != 0) {
      if (auto taken = take_folder_event(event->mask, key + "/"); !taken) return taken;
    } else if ((event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
      resting_.erase(key);
      if (told.insert(key).second) tell(key, changes);
    } else if ((event->mask & IN_CREATE) != 0) {
      begin_rest(key, true);
    } else if ((event->mask & IN_MOVED_FROM) != 0) {
      resting_.erase(key);
    }
  }
  return {};
}

Result<void> FolderWatch::take_folder_event(std::uint32_t mask, const std::string& prefix) {
  if ((mask & IN_MOVED_FROM) != 0) forget_below(prefix);
  if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) return watch_below(prefix, true);
  return {};
}

void FolderWatch::begin_rest(const std::string& key, bool is_new) {
  struct stat status{};
  const bool has_one_name =
      ::lstat((folder_ / key).c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
  resting_.try_emplace(key, Resting{.since = clock_.steady_now(),
                                    .rest = is_new && has_one_name ? settings_.rest_of_new : settings_.rest});
}

/// Tell a file, unless a listing leaves it out. Whatever keeps it from being looked at is told by whoever reads it. A
/// link that may be followed is told by a listing: that knows what is listed already.
void FolderWatch::tell(const std::string& key, WatchedChanges& changes) {
  const auto object = listed_object(root_.get(), key);
  if (!object || *object)
    changes.keys.push_back(key);
  else if (struct stat status{}; settings_.follow_links && ::lstat((folder_ / key).c_str(), &status) == 0)
    overflowed_ = overflowed_ || S_ISLNK(status.st_mode);
}

/// Files that have not changed for a while are told; those that are gone, or are none, forgotten.
void FolderWatch::tell_rested(WatchedChanges& changes) {
  if (resting_.size() > resting_files_max) {
    resting_.clear();
    overflowed_ = true;
  }
  const auto now = clock_.steady_now();
  for (auto file = resting_.begin(); file != resting_.end();) {
    Resting& resting = file->second;
    if (now - resting.since < resting.rest) {
      ++file;
      continue;
    }
    const auto object = listed_object(root_.get(), file->first);
    if (!object || !*object || (*object)->etag == resting.etag) {
      tell(file->first, changes);
      file = resting_.erase(file);
    } else {
      resting.since = now;
      resting.etag = (**object).etag;
      ++file;
    }
  }
}

}  // namespace docmill
