// Files of several threads made durable with one flush of their file system.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <expected>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "store/beneath.h"

namespace docmill {

/// A flush of one file costs its disk a command of its own, and the processor more than writing a small file does.
/// Threads that ask while a flush runs share the next one: of a few, each file is flushed by itself; of more, the whole
/// file system at once (syncfs). That is done only where it is known to do all that fsync does, and to report what went
/// wrong: ext4, XFS and Btrfs, since Linux 5.8. Elsewhere, and on other file systems than the folder's, every file is
/// flushed by itself, by its own thread.
///
/// An error of syncfs does not say whose it is: then, and from then on, every file is flushed by itself.
class SharedFlush {
 public:
  using Outcome = std::expected<void, Errno>;

  /// For the files on the file system of `folder`, which may be open with O_PATH.
  explicit SharedFlush(int folder);
  SharedFlush(const SharedFlush&) = delete;
  SharedFlush& operator=(const SharedFlush&) = delete;

  /// Names that were given and taken in `folder` before the call are durable after it. Any thread may call it.
  Outcome flush_folder(int folder);

  /// A file on its way under its name.
  struct Publication {
    int file;
    std::function<bool()> give_name;  // false: it got none. Another thread may call it; the caller waits meanwhile.
    int folder;                       // that holds the name
  };
  struct Published {
    Outcome file;    // an error: it was not given a name
    Outcome folder;  // of a file that has one: whether the name is durable
  };
  /// The file is made durable, then it gets its name, then that is made durable. Any thread may call it: those that
  /// share the flush are woken once for all three, and names of one folder are given one after the other.
  Published publish(const Publication& publication);

 private:
  /// What is flushed, or published, together. The thread of the first one does it, and the others wait for it.
  struct Round {
    std::vector<Publication> publications;
    std::promise<std::vector<Published>> promise;
    std::shared_future<std::vector<Published>> outcomes = promise.get_future().share();
    std::shared_ptr<Round> next;  // made before anybody relies on this one: to end a round takes no memory
  };

  bool is_shared(int fd) const;
  std::pair<std::shared_ptr<Round>, std::size_t> join(const Publication& publication);
  void lead(Round& round);
  std::vector<Published> publish_together(std::span<const Publication> publications);
  std::vector<Outcome> flush_together(std::span<const int> fds);
  bool flush_file_system(int fd);

  FileDescriptor file_system_;  // nothing where every file is flushed by itself
  dev_t device_ = 0;
  std::atomic<bool> broken_ = false;
  std::mutex flushing_;                                           // held by the thread that flushes
  std::mutex mutex_;                                              // guards the next one
  std::shared_ptr<Round> gathering_ = std::make_shared<Round>();  // until its first thread may flush
};

}  // namespace docmill
