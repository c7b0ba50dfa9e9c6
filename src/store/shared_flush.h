// Files of several threads made durable with one flush of their file system.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <expected>
#include <future>
#include <memory>
#include <mutex>
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
  /// For the files on the file system of `folder`, which may be open with O_PATH.
  explicit SharedFlush(int folder);
  SharedFlush(const SharedFlush&) = delete;
  SharedFlush& operator=(const SharedFlush&) = delete;

  /// What was written to the file or folder `fd` before the call is durable after it. Any thread may call it.
  std::expected<void, Errno> flush(int fd);

 private:
  using Outcome = std::expected<void, Errno>;
  /// Of the files that are flushed together. The thread of the first one does it, and the others wait for it.
  struct Round {
    std::vector<int> files;
    std::promise<std::vector<Outcome>> promise;
    std::shared_future<std::vector<Outcome>> outcomes = promise.get_future().share();
  };

  bool is_shared(int fd) const;
  std::pair<std::shared_ptr<Round>, std::size_t> join(int fd);
  void lead(Round& round);
  bool flush_file_system(int fd);

  FileDescriptor file_system_;  // nothing where every file is flushed by itself
  dev_t device_ = 0;
  std::atomic<bool> broken_ = false;
  std::mutex flushing_;                                           // held by the thread that flushes
  std::mutex mutex_;                                              // guards the next one
  std::shared_ptr<Round> gathering_ = std::make_shared<Round>();  // until its first thread may flush
};

}  // namespace docmill
