#include "output/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/failpoint.h"
#include "document/version.h"
#include "output/journal_rows.h"
#include "output/record_json.h"

namespace docmill {
namespace {

using nlohmann::json;

ErrorKind kind_of(int cause) {
  switch (cause) {
    case EEXIST:
      return ErrorKind::invalid_input;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    default:
      return ErrorKind::unavailable;
  }
}

Error journal_error(int cause, const std::filesystem::path& path, std::string_view step) {
  std::string reason = std::generic_category().message(cause);
  if (cause == ENOSPC || cause == EDQUOT) reason = "disk full: " + reason;
  return {kind_of(cause), path.native(), fmt::format("cannot {}: {}", step, reason)};
}

std::string line_of(const json& row) { return row.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"; }

class FileJournal final : public Journal {
 public:
  FileJournal(std::filesystem::path path, FileDescriptor fd, std::string run_id)
      : path_(std::move(path)), fd_(std::move(fd)), run_id_(std::move(run_id)) {}

  Result<void> append(std::uint64_t sequence, const DocumentRecord& record) override {
    return append_line(json_line_of(sequence, record));
  }
  Result<void> append_line(const std::string& line);
  const std::string& run_id() const override { return run_id_; }
  const std::filesystem::path& path() const override { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor fd_;  // locked
  std::string run_id_;
  std::mutex mutex_;
  off_t size_bytes_ = 0;  // guarded by mutex_
};

// One write(2) a line, so that a kill between two rows tears none. On a full disk the kernel takes a part of the line:
// that part is taken back, or the next row would be glued to it.
Result<void> FileJournal::append_line(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (DOCMILL_FAILPOINT("journal_append")) return std::unexpected(journal_error(ENOSPC, path_, "write"));
  ssize_t written = 0;
  do {
    written = ::write(fd_.get(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) {
    size_bytes_ += written;
    return {};
  }
  const int cause = written < 0 ? errno : ENOSPC;
  if (written > 0 && ::ftruncate(fd_.get(), size_bytes_) != 0)
    return std::unexpected(journal_error(errno, path_, "take back a part of a row"));
  return std::unexpected(journal_error(cause, path_, "write"));
}

bool lock(int fd, int mode) {
  int result = 0;
  do {
    result = ::flock(fd, mode);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

bool is_dead_journal(const std::filesystem::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd || !read_journal_header(path)) return false;
  return lock(fd.get(), LOCK_EX | LOCK_NB);
}

/// What a writer leaves that is killed before its first line: nothing is in it.
bool is_stillborn(const std::filesystem::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat info{};
  return path.extension() == ".journal" && fd && ::fstat(fd.get(), &info) == 0 && info.st_size == 0 &&
         lock(fd.get(), LOCK_EX | LOCK_NB);
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::create(const std::filesystem::path& path, std::string run_id) {
  std::error_code created;
  std::filesystem::create_directories(path.parent_path(), created);
  if (created) return std::unexpected(journal_error(created.value(), path.parent_path(), "create the folder"));
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
  if (!fd) return std::unexpected(journal_error(errno, path, "create"));
  // Waits: somebody who looks for dead journals may hold the lock for a moment. Without a header it is not taken for
  // one.
  if (!lock(fd.get(), LOCK_EX)) return std::unexpected(journal_error(errno, path, "lock"));
  const std::string header = line_of(
      {{"run_id", run_id}, {"docmill_version", version}, {"started_at", iso8601(make_system_clock()->wall_now())}});
  auto journal = std::make_unique<FileJournal>(path, std::move(fd), std::move(run_id));
  if (auto written = journal->append_line(header); !written) {
    ::unlink(path.c_str());
    return std::unexpected(std::move(written).error());
  }
  return journal;
}

Result<std::vector<std::filesystem::path>> dead_journals(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> journals;
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    std::error_code vanished;
    if (!entry->is_regular_file(vanished)) continue;
    if (is_dead_journal(entry->path()))
      journals.push_back(entry->path());
    else if (is_stillborn(entry->path()))
      std::filesystem::remove(entry->path(), vanished);
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    return std::unexpected(journal_error(failed.value(), folder, "list"));
  std::ranges::sort(journals);
  return journals;
}

}  // namespace docmill
