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
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "document/failpoint.h"
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

std::expected<void, Errno> flush_apart(int fd) {
  if (::fsync(fd) != 0) return std::unexpected(Errno{errno});
  return {};
}

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

std::expected<void, Errno> SharedFlush::flush(int fd) {
  if (!is_shared(fd)) return flush_apart(fd);
  const auto [round, place] = join(fd);
  if (place == 0) lead(*round);
  return round->outcomes.get()[place];
}

std::pair<std::shared_ptr<SharedFlush::Round>, std::size_t> SharedFlush::join(int fd) {
  const std::lock_guard lock(mutex_);
  gathering_->files.push_back(fd);
  return {gathering_, gathering_->files.size() - 1};
}

void SharedFlush::lead(Round& round) {
  const std::lock_guard flushing(flushing_);
  {
    const std::lock_guard lock(mutex_);
    gathering_ = std::make_shared<Round>();  // what is written from now on is not sure to be in this flush
  }
  std::vector<Outcome> outcomes(round.files.size());
  if (round.files.size() <= flushed_apart_max || !flush_file_system(round.files.front()))
    std::ranges::transform(round.files, outcomes.begin(), flush_apart);
  round.promise.set_value(std::move(outcomes));
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
