#include "store/shared_flush.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/failpoint.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// From so many files on, the file system is flushed whole. Fewer are not worth waiting for what others wrote to it.
constexpr std::size_t flushed_apart_max = 3;

constexpr unsigned xfs_magic = 0x58465342;

/// Since 5.8 syncfs tells of failed writes.
bool syncfs_reports_errors() {
  struct utsname system{};
  int major = 0;
  int minor = 0;
  // NOLINTNEXTLINE(cert-err34-c): two numbers of the kernel's own
  if (::uname(&system) != 0 || std::sscanf(static_cast<const char*>(system.release), "%d.%d", &major, &minor) != 2)
    return false;
  return std::pair(major, minor) >= std::pair(5, 8);
}

bool syncfs_is_fsync_of_all(int folder) {
  struct statfs status{};
  if (::fstatfs(folder, &status) != 0) return false;
  constexpr std::array<unsigned, 3> known = {EXT4_SUPER_MAGIC, xfs_magic, BTRFS_SUPER_MAGIC};
  return std::ranges::find(known, static_cast<unsigned>(status.f_type)) != known.end();
}

SharedFlush::Outcome flush_apart(int fd) {
  if (::fsync(fd) != 0) return std::unexpected(Errno{errno});
  return {};
}

/// EINVAL: a file system that has nothing to flush for a folder.
SharedFlush::Outcome of_folder(const SharedFlush::Outcome& flushed) {
  return !flushed && flushed.error().value == EINVAL ? SharedFlush::Outcome() : flushed;
}

/// Many descriptors of a few folders: the folders, and which is whose.
class DistinctFolders {
 public:
  void add(int fd) {
    struct stat status{};
    // One that cannot be told from others counts for itself.
    const auto inode =
        ::fstat(fd, &status) == 0 ? std::pair(status.st_dev, status.st_ino) : std::pair(dev_t(-1), ino_t(fd));
    const auto [known, is_new] = places_.try_emplace(inode, folders_.size());
    if (is_new) folders_.push_back(fd);
    place_of_.push_back(known->second);
  }
  std::span<const int> folders() const { return folders_; }
  /// Of the folder that was added as number `i`.
  std::size_t place(std::size_t i) const { return place_of_[i]; }

 private:
  std::map<std::pair<dev_t, ino_t>, std::size_t> places_;
  std::vector<int> folders_;
  std::vector<std::size_t> place_of_;
};

}  // namespace

SharedFlush::SharedFlush(int folder) {
  struct stat status{};
  if (!syncfs_reports_errors() || !syncfs_is_fsync_of_all(folder) || ::fstat(folder, &status) != 0) return;
  device_ = status.st_dev;
  // Errors are reported to a descriptor that was open when they happened, hence one that outlives all files.
  file_system_ = FileDescriptor(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

bool SharedFlush::is_shared(int fd) const {
  struct stat status{};
  return file_system_ && !broken_ && ::fstat(fd, &status) == 0 && status.st_dev == device_;
}

SharedFlush::Outcome SharedFlush::flush_folder(int folder) {
  return of_folder(publish({.file = folder, .give_name = [] { return false; }, .folder = folder}).file);
}

SharedFlush::Published SharedFlush::publish(const Publication& publication) {
  if (!is_shared(publication.file)) {
    Published published{.file = flush_apart(publication.file), .folder = {}};
    if (published.file && publication.give_name()) published.folder = of_folder(flush_apart(publication.folder));
    return published;
  }
  const auto [round, place] = join(publication);
  if (place == 0) lead(*round);
  return round->outcomes.get()[place];
}

std::pair<std::shared_ptr<SharedFlush::Round>, std::size_t> SharedFlush::join(const Publication& publication) {
  const std::lock_guard lock(mutex_);
  if (!gathering_->next) gathering_->next = std::make_shared<Round>();
  gathering_->publications.push_back(publication);
  return {gathering_, gathering_->publications.size() - 1};
}

void SharedFlush::lead(Round& round) {
  const std::lock_guard flushing(flushing_);
  {
    const std::lock_guard lock(mutex_);
    gathering_ = std::move(round.next);  // what is written from now on is not sure to be in this flush
  }
  try {
    round.promise.set_value(publish_together(round.publications));
  } catch (...) {
    round.promise.set_exception(std::current_exception());
  }
}

std::vector<SharedFlush::Published> SharedFlush::publish_together(std::span<const Publication> publications) {
  std::vector<int> files(publications.size());
  std::ranges::transform(publications, files.begin(), &Publication::file);
  const std::vector<Outcome> flushed = flush_together(files);

  std::vector<Published> published(publications.size());
  std::vector<std::size_t> named;
  DistinctFolders folders;
  for (std::size_t i = 0; i < publications.size(); ++i) {
    published[i].file = flushed[i];
    if (!flushed[i] || !publications[i].give_name()) continue;
    named.push_back(i);
    folders.add(publications[i].folder);
  }
  const std::vector<Outcome> folders_flushed = flush_together(folders.folders());
  for (std::size_t i = 0; i < named.size(); ++i)
    published[named[i]].folder = of_folder(folders_flushed[folders.place(i)]);
  return published;
}

std::vector<SharedFlush::Outcome> SharedFlush::flush_together(std::span<const int> fds) {
  std::vector<Outcome> outcomes(fds.size());
  if (fds.size() <= flushed_apart_max || !flush_file_system(fds.front()))
    std::ranges::transform(fds, outcomes.begin(), flush_apart);
  return outcomes;
}

/// On ext4 without a journal syncfs itself writes after its flush of the disk; the one of `fd` comes after all of it.
bool SharedFlush::flush_file_system(int fd) {
  if (!DOCMILL_FAILPOINT("syncfs") && ::syncfs(file_system_.get()) == 0 && ::fsync(fd) == 0) return true;
  const int cause = errno;
  if (!broken_.exchange(true))
    log::warning("file_system_flush_failed", {{"error", std::generic_category().message(cause)}});
  return false;
}

}  // namespace docmill
